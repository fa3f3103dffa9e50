package surroundings

import (
	"fmt"
	"testing"
)

// rule writes a DestinationRule; more are lines of its spec.
func rule(namespace, name, host, more string) string {
	return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: %s, namespace: %s}\nspec:\n  host: %q\n%s---\n", name, namespace, host, more)
}

const mutual = "  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}\n"

func TestTheRuleThatIstioTakesDecidesTheMode(t *testing.T) {
	const off = "  trafficPolicy: {tls: {mode: DISABLE}}\n"
	for _, test := range []struct {
		name, rules, want string
	}{
		{"none", "", ""},
		{"by its whole name", rule("events", "a", "kafka.events.svc.cluster.local", mutual), "ISTIO_MUTUAL"},
		{"in another domain", rule("events", "a", "kafka.events.svc.example.com", mutual), "ISTIO_MUTUAL"},
		{"by a short name", rule("events", "a", "kafka", mutual), "ISTIO_MUTUAL"},
		{"by a short name elsewhere", rule("orders", "a", "kafka", mutual), ""},
		{"by a name that is neither", rule("events", "a", "kafka.events", mutual), ""},
		{"another service", rule("events", "a", "zookeeper", mutual), ""},
		{"another namespace's", rule("events", "a", "kafka.other.svc.cluster.local", mutual), ""},
		{"its pods", rule("events", "a", "*.kafka.events.svc.cluster.local", mutual), ""},
		{"all of the namespace", rule("events", "a", "*.events.svc.cluster.local", mutual), "ISTIO_MUTUAL"},
		{"all services", rule("istio-system", "a", "*.svc.cluster.local", mutual), "ISTIO_MUTUAL"},
		{"all of the domain", rule("istio-system", "a", "*.local", mutual), "ISTIO_MUTUAL"},
		{"everything", rule("istio-system", "a", "*", mutual), "ISTIO_MUTUAL"},
		{"everything outside", rule("istio-system", "a", "*.com", mutual), ""},
		{"no host", rule("events", "a", "", mutual), ""},
		{"without TLS settings", rule("events", "a", "kafka", "  trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}}}\n"), ""},
		{"for the port", rule("events", "a", "kafka", "  trafficPolicy: {portLevelSettings: [{port: {number: 9092}, tls: {mode: ISTIO_MUTUAL}}]}\n"), "ISTIO_MUTUAL"},
		{"for another port", rule("events", "a", "kafka", "  trafficPolicy: {tls: {mode: DISABLE}, portLevelSettings: [{port: {number: 9093}, tls: {mode: ISTIO_MUTUAL}}]}\n"), "DISABLE"},
		{"taken back for the port", rule("events", "a", "kafka", "  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 9092}}]}\n"), ""},
		{"the name before the wildcard", rule("events", "a", "*", off) + rule("events", "b", "kafka", mutual), "ISTIO_MUTUAL"},
		{"the longer wildcard", rule("istio-system", "a", "*.local", off) + rule("istio-system", "b", "*.events.svc.cluster.local", mutual), "ISTIO_MUTUAL"},
		{"the client's before the service's", rule("events", "a", "kafka", off) + rule("orders", "b", "*.local", mutual), "ISTIO_MUTUAL"},
		{"the service's before the root's", rule("events", "a", "kafka", mutual) + rule("istio-system", "b", "kafka.events.svc.cluster.local", off), "ISTIO_MUTUAL"},
		{"one that says nothing hides others", rule("orders", "a", "*.local", "") + rule("events", "b", "kafka", mutual), ""},
		{"for this pod", rule("orders", "a", "*", mutual+"  workloadSelector: {matchLabels: {app: orders}}\n"), "ISTIO_MUTUAL"},
		{"for other pods", rule("orders", "a", "*", mutual+"  workloadSelector: {matchLabels: {app: other}}\n"), ""},
		{"exported to all", rule("events", "a", "kafka", mutual+"  exportTo: ['*']\n"), "ISTIO_MUTUAL"},
		{"exported to this namespace", rule("events", "a", "kafka", mutual+"  exportTo: [other, orders]\n"), "ISTIO_MUTUAL"},
		{"kept to its own", rule("events", "a", "kafka", mutual+"  exportTo: ['.']\n"), ""},
		{"somewhere else", rule("other", "a", "kafka.events.svc.cluster.local", mutual), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := world(t, test.rules)
			o := Outbound{
				Namespace: "orders", Labels: parse(t, `{"app": "orders"}`).Root, RootNamespace: "istio-system",
				Service: Host{Namespace: "events", Name: "kafka"}, Port: 9092,
			}
			mode, known := TLSMode(t.Context(), whole{f}, o)
			if mode != test.want || (known == Found) != (test.want != "") || known == Unknown {
				t.Errorf("got %q, knowledge %d", mode, known)
			}
			// What is seen in part may be governed by what is not seen.
			if part, known := TLSMode(t.Context(), f, o); part != mode || known == Absent && test.rules == "" {
				t.Errorf("seen in part: got %q, knowledge %d", part, known)
			}
		})
	}
}
