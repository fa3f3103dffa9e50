package surroundings

import (
	"context"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
)

func files(t *testing.T, objects ...string) *Files {
	t.Helper()
	f := NewFiles("istio-system", "")
	for _, object := range objects {
		if err := f.Add(parse(t, object)); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func parse(t *testing.T, object string) *document.Document {
	t.Helper()
	root, err := document.ParseJSON([]byte(object))
	if err != nil {
		t.Fatal(err)
	}
	return &document.Document{File: document.NewFile("object.json", []byte(object)), Root: root, End: len(object)}
}

func TestNamespaceIsFoundInADocumentOrAList(t *testing.T) {
	const namespace = `"metadata": {"name": "kafka", "labels": {"istio-injection": "enabled"}, "annotations": {"sluice.dev/mode": "off", "broken": 7}}`
	for name, object := range map[string]string{
		"document":   `{"apiVersion": "v1", "kind": "Namespace", ` + namespace + `}`,
		"list":       `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Namespace", ` + namespace + `}]}`,
		"typed list": `{"apiVersion": "v1", "kind": "NamespaceList", "items": [{` + namespace + `}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, known := files(t, object).Namespace(context.Background(), "kafka")
			if known != Found || got.Labels["istio-injection"] != "enabled" || got.Annotations["sluice.dev/mode"] != "off" {
				t.Errorf("got %v %+v", known, got)
			}
			if _, ok := got.Annotations["broken"]; ok {
				t.Error("an annotation that is no string was taken")
			}
		})
	}
}

func TestWhatNoDocumentTellsIsUnknown(t *testing.T) {
	f := files(t,
		`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}}`,
		`{"apiVersion": "example.com/v1", "kind": "Namespace", "metadata": {"name": "kafka"}}`,
		`{"apiVersion": "example.com/v1", "kind": "NamespaceList", "items": [{"metadata": {"name": "kafka"}}]}`,
		`{"kind": "Namespace", "metadata": {"name": "kafka"}}`,
		`{"apiVersion": "v1", "kind": "Namespace", "metadata": null}`,
		`{"apiVersion": "v1", "kind": "NamespaceList", "items": "kafka"}`,
		`"text"`, `null`, `[]`)
	for _, name := range []string{"kafka", ""} {
		if got, known := f.Namespace(context.Background(), name); known != Unknown {
			t.Errorf("%q: got %v %+v", name, known, got)
		}
	}
	if delivery := f.Delivery(context.Background()); delivery != DeliveryUnknown {
		t.Errorf("got %s", delivery)
	}
}

func TestTwoDocumentsOfOneNamespaceAreMerged(t *testing.T) {
	f := files(t,
		`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kafka", "labels": {"a": "cluster", "b": "cluster"}}}`,
		`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kafka", "labels": {"b": "manifest"}}}`)
	got, _ := f.Namespace(context.Background(), "kafka")
	if got.Labels["a"] != "cluster" || got.Labels["b"] != "manifest" {
		t.Errorf("got %v", got.Labels)
	}
}

func configMap(namespace, name, mesh string) string {
	return `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "` + name + `", "namespace": "` + namespace +
		`"}, "data": {"mesh": "` + strings.ReplaceAll(mesh, "\n", `\n`) + `"}}`
}

func TestDeliveryIsReadFromTheMeshConfiguration(t *testing.T) {
	for _, test := range []struct {
		name    string
		objects []string
		want    Delivery
	}{
		{"nothing said", []string{configMap("istio-system", "istio", "trustDomain: cluster.local\n")}, DeliveryPodIP},
		{"passthrough", []string{configMap("istio-system", "istio", "inboundTrafficPolicy:\n  mode: PASSTHROUGH\n")}, DeliveryPodIP},
		{"localhost", []string{configMap("istio-system", "istio", "inboundTrafficPolicy:\n  mode: LOCALHOST\n")}, DeliveryLocalhost},
		{"localhost as a number", []string{configMap("istio-system", "istio", "inboundTrafficPolicy: {mode: 1}")}, DeliveryLocalhost},
		{"a revision", []string{configMap("istio-system", "istio-canary", "inboundTrafficPolicy: {mode: LOCALHOST}")}, DeliveryLocalhost},
		{"revisions that agree", []string{configMap("istio-system", "istio", ""), configMap("istio-system", "istio-canary", "")}, DeliveryPodIP},
		{"revisions that disagree", []string{configMap("istio-system", "istio", ""), configMap("istio-system", "istio-old", "inboundTrafficPolicy: {mode: LOCALHOST}")}, DeliveryUnknown},
		{"another namespace", []string{configMap("kafka", "istio", "")}, DeliveryUnknown},
		{"another name", []string{configMap("istio-system", "istiod", "")}, DeliveryUnknown},
		{"without the key", []string{`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio-sidecar-injector", "namespace": "istio-system"}, "data": {"config": ""}}`}, DeliveryUnknown},
		{"none", nil, DeliveryUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := files(t, test.objects...).Delivery(context.Background()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestAnUnreadableMeshConfigurationIsAnErrorWithItsName(t *testing.T) {
	for name, mesh := range map[string]string{
		"no YAML":      "a: [",
		"unknown mode": "inboundTrafficPolicy: {mode: TPROXY}",
		"wrong kind":   "inboundTrafficPolicy: []",
	} {
		t.Run(name, func(t *testing.T) {
			f := NewFiles("istio-system", "")
			err := f.Add(parse(t, configMap("istio-system", "istio-canary", mesh)))
			if err == nil || !strings.Contains(err.Error(), "ConfigMap istio-system/istio-canary: reading the mesh configuration") {
				t.Errorf("got %v", err)
			}
			if delivery := f.Delivery(context.Background()); delivery != DeliveryUnknown {
				t.Errorf("got %s", delivery)
			}
		})
	}
}

func TestSettingsOverrideTheMeshConfiguration(t *testing.T) {
	around := files(t, configMap("istio-system", "istio", ""),
		`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kafka"}}`)
	for decided, want := range map[decided]Delivery{
		"":                         DeliveryPodIP,
		decided(DeliveryPodIP):     DeliveryPodIP,
		decided(DeliveryLocalhost): DeliveryLocalhost,
	} {
		settled := WithSettings(around, decided)
		if got := settled.Delivery(context.Background()); got != want {
			t.Errorf("%s: got %s, want %s", decided, got, want)
		}
		if _, known := settled.Namespace(context.Background(), "kafka"); known != Found {
			t.Errorf("%s: the namespace is lost", decided)
		}
	}
}

// decided is what a person has decided; nothing if it is empty.
type decided Delivery

func (d decided) Delivers() (Delivery, bool) { return Delivery(d), d != "" }

func TestRelevantIsTrueForAllThatAddReads(t *testing.T) {
	for text, want := range map[string]bool{
		"kind: Namespace":                                       true,
		"kind: NamespaceList":                                   true,
		"kind: 'Service'":                                       true,
		"kind:\r\n  ConfigMap":                                  true,
		"kind: &kind LimitRange":                                true,
		"kind: !!str Service":                                   true,
		`{"kind" : "DestinationRule"}`:                          true,
		"kind: Deployment\n---\nkind: Service":                  true,
		configMap("istio-system", "istio", ""):                  true,
		"kind: StatefulSet\nmetadata: {namespace: kafka}":       false,
		"kind: ServiceMonitor":                                  false,
		"kind: StatefulSet\nspec: {serviceName: kafka-service}": false,
		"apiVersion: v1\nkind:":                                 false,
		"":                                                      false,
	} {
		if got := Relevant([]byte(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
