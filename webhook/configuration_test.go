package webhook

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/workload"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

var installed = Endpoint{Namespace: "sluice-system", Service: "sluice", CABundle: []byte("authority")}

// The golden files show the objects as kubectl would, but for the generated
// expression, which is somebody else's.
func TestConfigurations(t *testing.T) {
	mutating, validating := MutatingConfiguration(installed), ValidatingConfiguration(installed)
	for i := range mutating.Webhooks {
		hideExpression(mutating.Webhooks[i].MatchConditions)
	}
	for i := range validating.Webhooks {
		hideExpression(validating.Webhooks[i].MatchConditions)
	}
	for file, configuration := range map[string]any{"testdata/mutating.yaml": mutating, "testdata/validating.yaml": validating} {
		t.Run(file, func(t *testing.T) {
			got, err := yaml.Marshal(configuration)
			if err != nil {
				t.Fatal(err)
			}
			if *updateGolden {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("run go test -update and look at the difference:\n%s", got)
			}
		})
	}
}

func hideExpression(conditions []admissionregistrationv1.MatchCondition) {
	for i := range conditions {
		conditions[i].Expression = strings.ReplaceAll(conditions[i].Expression, workload.BuiltIn().MatchExpression(), "EXPRESSION")
	}
}

// The API server calls mutating webhooks in the order of the configurations' names.
func TestTheNameSortsBeforeIstio(t *testing.T) {
	for _, istio := range []string{"istio-sidecar-injector", "istio-revision-tag-default", "istio-sidecar-injector-1-28-0"} {
		if MutatingName >= istio {
			t.Errorf("%s does not sort before %s", MutatingName, istio)
		}
	}
}

func TestConfigurationsKeepSystemNamespacesAway(t *testing.T) {
	configuration := ValidatingConfiguration(installed)
	for _, webhook := range configuration.Webhooks {
		excluded := webhook.NamespaceSelector.MatchExpressions[0].Values
		for _, namespace := range []string{"kube-system", "kube-public", "kube-node-lease", "sluice-system"} {
			if !slices.Contains(excluded, namespace) {
				t.Errorf("%s sends objects in %s", webhook.Name, namespace)
			}
		}
	}
	if outside := MutatingConfiguration(Endpoint{URL: "https://192.0.2.1:9443"}); slices.Contains(outside.Webhooks[0].NamespaceSelector.MatchExpressions[0].Values, "") {
		t.Error("an empty namespace is excluded")
	}
}

func TestEndpoint(t *testing.T) {
	port := int32(9443)
	path := MutatePath
	url := "https://192.0.2.1:9443/mutate"
	for _, test := range []struct {
		name     string
		endpoint Endpoint
		want     admissionregistrationv1.WebhookClientConfig
	}{
		{"a Service", Endpoint{Namespace: "a", Service: "b"},
			admissionregistrationv1.WebhookClientConfig{Service: &admissionregistrationv1.ServiceReference{Namespace: "a", Name: "b", Path: &path}}},
		{"a port", Endpoint{Namespace: "a", Service: "b", Port: port},
			admissionregistrationv1.WebhookClientConfig{Service: &admissionregistrationv1.ServiceReference{Namespace: "a", Name: "b", Path: &path, Port: &port}}},
		{"a URL", Endpoint{Namespace: "a", URL: "https://192.0.2.1:9443/"}, admissionregistrationv1.WebhookClientConfig{URL: &url}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.endpoint.client(MutatePath)
			if !yamlEqual(t, got, test.want) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func yamlEqual(t *testing.T, a, b any) bool {
	t.Helper()
	first, err := yaml.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := yaml.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(first, second)
}
