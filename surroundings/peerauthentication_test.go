package surroundings

import "testing"

func policy(namespace, name, rest string) string {
	return `{"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": {"name": "` + name + `", "namespace": "` + namespace + `"` + rest + `}`
}

func TestPeerModeIsThatOfTheNearestPolicy(t *testing.T) {
	const (
		strict     = `}, "spec": {"mtls": {"mode": "STRICT"}}`
		permissive = `}, "spec": {"mtls": {"mode": "PERMISSIVE"}}`
		unset      = `}, "spec": {"mtls": {"mode": "UNSET"}}`
		selected   = `}, "spec": {"selector": {"matchLabels": {"app": "kafka"}}, "mtls": {"mode": "DISABLE"}}`
		port       = `}, "spec": {"selector": {"matchLabels": {"app": "kafka"}}, "portLevelMtls": {"9092": {"mode": "DISABLE"}, "9093": {"mode": "UNSET"}}}`
		other      = `}, "spec": {"selector": {"matchLabels": {"app": "other"}}, "mtls": {"mode": "DISABLE"}}`
		portOfAll  = `}, "spec": {"mtls": {"mode": "STRICT"}, "portLevelMtls": {"9092": {"mode": "DISABLE"}}}`
		oldest     = `, "creationTimestamp": "2024-01-01T00:00:00Z"` + strict
		newer      = `, "creationTimestamp": "2025-01-01T00:00:00Z"` + permissive
	)
	tests := []struct {
		name     string
		policies []string
		port     int
		mode     string
		known    Knowledge
		policy   string
	}{
		{"nothing described", nil, 9092, "", Unknown, ""},
		{"of the namespace", []string{policy("kafka", "default", strict)}, 9092, "STRICT", Found, "default"},
		{"of the mesh", []string{policy("istio-system", "mesh", strict)}, 9092, "STRICT", Found, "mesh"},
		{"of another namespace", []string{policy("other", "default", strict)}, 9092, "", Unknown, ""},
		{"of the namespace before the mesh's", []string{policy("istio-system", "mesh", strict), policy("kafka", "default", permissive)}, 9092, "PERMISSIVE", Found, "default"},
		{"which leaves it to the mesh's", []string{policy("istio-system", "mesh", strict), policy("kafka", "default", unset)}, 9092, "STRICT", Found, "mesh"},
		{"of the pod", []string{policy("kafka", "default", strict), policy("kafka", "kafka", selected)}, 9092, "DISABLE", Found, "kafka"},
		{"of another pod", []string{policy("kafka", "default", strict), policy("kafka", "kafka", other)}, 9092, "STRICT", Found, "default"},
		{"of the port", []string{policy("kafka", "default", strict), policy("kafka", "kafka", port)}, 9092, "DISABLE", Found, "kafka"},
		{"of another port", []string{policy("kafka", "default", strict), policy("kafka", "kafka", port)}, 9094, "STRICT", Found, "default"},
		{"of the port, not set", []string{policy("kafka", "default", strict), policy("kafka", "kafka", port)}, 9093, "STRICT", Found, "default"},
		{"of a port in a policy for all", []string{policy("kafka", "default", portOfAll)}, 9092, "STRICT", Found, "default"},
		{"of pods, in the root namespace", []string{policy("istio-system", "kafka", selected)}, 9092, "", Unknown, ""},
		{"the older one", []string{policy("kafka", "a", newer), policy("kafka", "b", oldest)}, 9092, "STRICT", Found, "b"},
		{"two of which the age is not known", []string{policy("kafka", "a", permissive), policy("kafka", "b", strict)}, 9092, "", Unknown, ""},
		{"two that agree", []string{policy("kafka", "a", strict), policy("kafka", "b", strict)}, 9092, "STRICT", Found, "a"},
	}
	labels := parse(t, `{"app": "kafka", "pod": "kafka-0"}`).Root
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, known := PeerMode(t.Context(), files(t, test.policies...), Inbound{Namespace: "kafka", Labels: labels, Port: test.port})
			if got.Mode != test.mode || known != test.known || got.Policy.Root.At("metadata", "name").Text() != test.policy {
				t.Errorf("got %s of %s, knowledge %d", got.Mode, got.Policy.Root.At("metadata", "name").Text(), known)
			}
			if known == Found && got.Node.Text() != test.mode {
				t.Errorf("it is written at %v", got.Node)
			}
		})
	}
}

func TestPeerModeIsTheMeshsDefaultWhereThereIsNoPolicy(t *testing.T) {
	for _, namespace := range []string{"kafka", "istio-system"} {
		got, known := PeerMode(t.Context(), whole{files(t)}, Inbound{Namespace: namespace, Port: 9092})
		if known != Absent || got.Mode != "PERMISSIVE" || got.Node != nil {
			t.Errorf("got %+v, knowledge %d", got, known)
		}
	}
	strict := policy("istio-system", "mesh", `}, "spec": {"mtls": {"mode": "STRICT"}}`)
	if got, known := PeerMode(t.Context(), files(t, strict), Inbound{Namespace: "istio-system", Port: 9092}); known != Found || got.Mode != "STRICT" {
		t.Errorf("got %+v, knowledge %d", got, known)
	}
}
