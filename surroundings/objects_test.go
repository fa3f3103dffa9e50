package surroundings

import (
	"strings"
	"testing"
)

func TestObjectsAreFoundByKindNamespaceAndName(t *testing.T) {
	f := files(t,
		`{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b", "namespace": "kafka"}, "spec": {"clusterIP": "None"}}`,
		`{"apiVersion": "v1", "kind": "ServiceList", "items": [{"metadata": {"name": "a", "namespace": "kafka"}}, {"metadata": {"name": "a", "namespace": "other"}}]}`,
		`{"apiVersion": "networking.istio.io/v1alpha3", "kind": "DestinationRule", "metadata": {"name": "a", "namespace": "kafka"}}`,
		`{"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "c", "namespace": "kafka"}}`,
		`{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "kafka"}}`,
		`{"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "kafka"}}`)
	services, complete := f.Objects(t.Context(), Service, "kafka")
	if complete || len(services) != 2 || services[1].Root.At("spec", "clusterIP").Text() != "None" || services[1].Document == nil {
		t.Errorf("got %v, complete %v", services, complete)
	}
	if rules, complete := f.Objects(t.Context(), DestinationRule, "kafka"); complete || len(rules) != 1 {
		t.Errorf("got %v, complete %v", rules, complete)
	}
	if found, known := f.Object(t.Context(), Service, "kafka", "b"); known != Found || found != services[1] {
		t.Errorf("got %v, knowledge %d", found, known)
	}
	for _, name := range []string{"c", "s", ""} {
		if found, known := f.Object(t.Context(), Service, "kafka", name); known != Unknown || found.Root != nil {
			t.Errorf("%q: got %v, knowledge %d", name, found, known)
		}
	}
}

const service = "apiVersion: v1\nkind: Service\nmetadata: {name: kafka, namespace: events}\nspec: {clusterIP: None}\n"

func TestWhatIsUnderReviewCountsMoreThanTheContext(t *testing.T) {
	f := NewFiles("istio-system", "")
	addTo(t, f.AddContext, "cluster.yaml", service+"---\n"+strings.Replace(service, "name: kafka", "name: other", 1))
	addTo(t, f.Add, "kafka.yaml", strings.Replace(service, "None", "192.0.2.7", 1))
	found, known := f.Object(t.Context(), Service, "events", "kafka")
	if ip := found.Root.At("spec", "clusterIP").Text(); known != Found || ip != "192.0.2.7" {
		t.Errorf("%q, knowledge %d", ip, known)
	}
	if services, _ := f.Objects(t.Context(), Service, "events"); len(services) != 2 || services[0] != found {
		t.Errorf("%v", services)
	}
}

func TestWhatIsDescribedInTwoWaysIsUnknown(t *testing.T) {
	f := NewFiles("istio-system", "events")
	addTo(t, f.AddContext, "cluster.yaml", service)
	addTo(t, f.Add, "a.yaml", service)
	addTo(t, f.Add, "b.yaml", strings.Replace(service, ", namespace: events", "", 1))
	addTo(t, f.Add, "c.yaml", service)
	if found, known := f.Object(t.Context(), Service, "events", "kafka"); known != Unknown {
		t.Errorf("%s", found.Root.AppendJSON(nil))
	}
	if services, _ := f.Objects(t.Context(), Service, "events"); len(services) != 0 {
		t.Errorf("%v", services)
	}
}
