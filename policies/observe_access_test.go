package policies

import (
	"testing"

	"github.com/sluice-dev/sluice/surroundings"
)

func TestWaysIntoPods(t *testing.T) {
	const (
		role    = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: kafka}\nrules: [{apiGroups: [%], resources: ["
		binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: kafka}\nroleRef: "
	)
	core := role[:len(role)-len("%], resources: [")] + `""], resources: [`
	tests := []struct{ name, manifest, way string }{
		{"exec", core + "pods, pods/exec], verbs: [get, create]}]", "pods/exec"},
		{"exec over a WebSocket", core + "pods/exec], verbs: [get]}]", "pods/exec"},
		{"attach", core + "pods/attach], verbs: ['*']}]", "pods/attach"},
		{"an ephemeral container", core + "pods/ephemeralcontainers], verbs: [patch]}]", "pods/ephemeralcontainers"},
		{"everything of pods", core + "pods/*], verbs: [update]}]", "pods/ephemeralcontainers"},
		{"everything", core + "'*'], verbs: [create]}]", "pods/exec"},
		{"a look", core + "pods, pods/log], verbs: [get, list, watch]}]", ""},
		{"a look at ephemeral containers", core + "pods/ephemeralcontainers], verbs: [get]}]", ""},
		{"of another group", role[:len(role)-len("%], resources: [")] + "apps], resources: [pods/exec], verbs: [create]}]", ""},
		{"the role edit", binding + "{kind: ClusterRole, name: edit}", "ClusterRole edit"},
		{"the role view", binding + "{kind: ClusterRole, name: view}", ""},
		{"a Role that is called so", binding + "{kind: Role, name: edit}", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			facts := accessFacts(t, test.manifest, surroundings.None{})
			if facts["way"] != test.way || facts["enters_pods"] != (test.way != "") || facts["pods_are_trusted"] != "unknown" {
				t.Errorf("the facts are %v, want the way %q", facts, test.way)
			}
		})
	}
	for annotation, want := range map[string]string{"sluice.dev/principal-builder: enforce": "yes", "sluice.dev/principal-builder: shadow": "no", "": "no"} {
		around := described(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: kafka, annotations: {"+annotation+"}}\n")
		if got := accessFacts(t, tests[0].manifest, around)["pods_are_trusted"]; got != want {
			t.Errorf("with %q pods_are_trusted is %v", annotation, got)
		}
	}
}

func accessFacts(t *testing.T, manifest string, around surroundings.Surroundings) map[string]any {
	t.Helper()
	facts := map[string]any{}
	for _, sheet := range ObjectFacts(t.Context(), read(t, manifest).Root, "kafka", around) {
		for _, fact := range sheet.Facts {
			facts[fact.Name] = fact.Value
		}
	}
	return facts
}

func TestGatewaysAreKnownByTheirNames(t *testing.T) {
	for id, gateway := range map[string]bool{
		"istio-system/sa/istio-ingressgateway":                 true,
		"istio-system/sa/istio-ingressgateway-service-account": true,
		"istio-system/sa/istio-eastwestgateway":                true,
		"istio-ingress/sa/kafka":                               true,
		"edge/sa/public-gateway-istio":                         true,
		"edge/sa/public-gateway":                               true,
		"payments/sa/checkout":                                 false,
		"payments/sa/payment-gateway-client":                   false,
		"istio-system/sa/prometheus":                           false,
	} {
		if gatewayID.MatchString("User:spiffe://cluster.local/ns/"+id) != gateway {
			t.Errorf("that %s is a gateway: %t", id, !gateway)
		}
	}
}
