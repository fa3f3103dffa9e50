package policies

import (
	"fmt"
	"strings"
	"testing"
)

// sheetOf returns the facts of the subject of that kind and name among those of a
// workload.
func sheetOf(t *testing.T, sheets []Sheet, subject Subject, names ...string) map[string]any {
	t.Helper()
	for _, sheet := range sheets {
		if sheet.Subject != subject {
			continue
		}
		values := named(sheet)
		found := true
		for _, name := range names {
			fact, value, _ := strings.Cut(name, "=")
			found = found && fmt.Sprint(values[fact]) == value
		}
		if found {
			return values
		}
	}
	t.Fatalf("there is no %s %v", subject, names)
	return nil
}

// quorumOf is a StatefulSet of combined nodes or of ZooKeeper.
func quorumOf(container string) string {
	return `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: kafka}
spec:
  serviceName: kafka-headless
  replicas: 3
  template: {metadata: {labels: {app: kafka, tier: data}}, spec: {containers: [` + container + `]}}
`
}

const (
	combined = `{name: kafka, image: "apache/kafka:4.1.0", readinessProbe: {tcpSocket: {port: clients}}, ports: [{name: clients, containerPort: 9092}, {name: raft, containerPort: 9093}],
		env: [{name: KAFKA_PROCESS_ROLES, value: "broker,controller"}, {name: KAFKA_LISTENERS, value: "PLAINTEXT://:9092,SECURE://:9094,CONTROLLER://:9093"},
		{name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, value: "PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT"},
		{name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: "0@kafka-0.kafka-headless.kafka.svc:9093,1@kafka-1.kafka-headless.kafka.svc:9093"}]}`
	ensemble = `{name: zk, image: "zookeeper:3.9.4", readinessProbe: {exec: {command: [zkOk.sh]}},
		env: [{name: ZOO_SERVERS, value: "server.1=zk-0.kafka-headless:2888:3888;2181 server.2=zk-1.kafka-headless:2888:3888;2181"}]}`
)

func serviceOf(name, spec string) string {
	return "---\napiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n"
}

func TestFactsOfAService(t *testing.T) {
	const (
		headless = `clusterIP: None, selector: {app: kafka}, ports: [{name: tcp-clients, port: 9092}, {name: tcp-raft, port: 9093, targetPort: raft}]`
		mutual   = "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: d}\nspec: {host: kafka-headless, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}\n"
		strict   = "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict}\nspec: {mtls: {mode: STRICT}}\n"
		apart    = "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: kafka}\nspec: {selector: {matchLabels: {app: kafka}}, portLevelMtls: {9092: {mode: DISABLE}}}\n"
	)
	tests := []struct {
		name, workload, service, more string
		fact                          string
		want                          any
	}{
		{"headless", quorumOf(combined), headless, "", "headless", true},
		{"with an address", quorumOf(combined), `selector: {app: kafka}`, "", "headless", false},
		{"named by the voters", quorumOf(combined), headless, "", "names_peers", true},
		{"not named by the voters", quorumOf(strings.ReplaceAll(combined, "kafka-headless", "kafka-raft")), headless, "", "names_peers", false},
		{"voters that cannot be seen", quorumOf(strings.ReplaceAll(combined, "_VOTERS", "_X")), headless, "", "names_peers", true},
		{"one replica", strings.Replace(quorumOf(combined), "replicas: 3", "replicas: 1", 1), headless, "", "names_peers", false},
		{"one voter", quorumOf(strings.Replace(combined, ",1@kafka-1.kafka-headless.kafka.svc:9093", "", 1)), headless, "", "names_peers", false},
		{"named by servers", quorumOf(ensemble), headless, "", "names_peers", true},
		{"brokers without a quorum", quorumOf(`{name: kafka, image: "apache/kafka:3.9.0", env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: zk}]}`), headless, "", "names_peers", false},
		{"hides pods", quorumOf(combined), headless, "", "publishes_not_ready", false},
		{"shows them", quorumOf(combined), headless + ", publishNotReadyAddresses: true", "", "publishes_not_ready", true},
		{"a probe that needs the quorum", quorumOf(combined), headless, "", "readiness", "needs-quorum"},
		{"one that does not", quorumOf(strings.Replace(combined, "port: clients", "port: 9093", 1)), headless, "", "readiness", "probed"},
		{"one that runs something", quorumOf(ensemble), headless, "", "readiness", "probed"},
		{"none", quorumOf(strings.Replace(ensemble, "readinessProbe: {exec: {command: [zkOk.sh]}},", "", 1)), headless, "", "readiness", "always"},
		{"no policy", quorumOf(combined), headless, "", "mtls", "unknown"},
		{"strict", quorumOf(combined), headless, strict, "mtls", "strict"},
		{"strict on one port", quorumOf(combined), headless, strict + apart, "mtls", "strict"},
		{"off on the only one", quorumOf(combined), `clusterIP: None, selector: {app: kafka}, ports: [{port: 9092}]`, strict + apart, "mtls", "disable"},
		{"ports of something else", quorumOf(combined), `clusterIP: None, selector: {app: kafka}, ports: [{port: 5556}]`, strict, "mtls", "unknown"},
		{"no rule in sight", quorumOf(combined), headless, "", "client_tls", "unknown"},
		{"a rule", quorumOf(combined), headless, mutual, "client_tls", "istio-mutual"},
		{"a rule for another port", quorumOf(combined), headless, strings.Replace(mutual, "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}", "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 9093}, tls: {mode: DISABLE}}]}", 1), "client_tls", "disable"},
		{"a rule without TLS", quorumOf(combined), headless, strings.Replace(mutual, "tls: {mode: ISTIO_MUTUAL}", "connectionPool: {}", 1), "client_tls", "none"},
		{"TLS of another kind", quorumOf(combined), headless, strings.Replace(mutual, "ISTIO_MUTUAL", "SIMPLE", 1), "client_tls", "other"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, _ := recognised(t, test.workload)
			around := described(t, serviceOf("kafka-headless", test.service)+test.more)
			if got := sheetOf(t, Facts(t.Context(), w, around), Service)[test.fact]; got != test.want {
				t.Errorf("%s is %#v, want %#v", test.fact, got, test.want)
			}
		})
	}
}

func TestFactsOfAPortOfAService(t *testing.T) {
	const other = `selector: {app: kafka, tier: data}, ports: [{name: PORT, port: 19092, targetPort: 9092}]`
	service := func(port string) string { return "selector: {app: kafka}, ports: [" + port + "]" }
	tests := []struct {
		name, port, more string
		fact             string
		want             any
	}{
		{"by its name", "{name: tcp-x, port: 9092}", "", "protocol", "tcp"},
		{"by the whole name", "{name: tcp, port: 9092}", "", "protocol", "tcp"},
		{"whatever its case", "{name: x, appProtocol: TCP, port: 9092}", "", "protocol", "tcp"},
		{"by appProtocol first", "{name: http-x, appProtocol: tcp, port: 9092}", "", "protocol", "tcp"},
		{"by Kubernetes' name", "{name: x, appProtocol: kubernetes.io/h2c, port: 9092}", "", "protocol", "http2"},
		{"with a dash in it", "{name: grpc-web-x, port: 9092}", "", "protocol", "grpc-web"},
		{"a word that is none", "{name: client, port: 9092}", "", "protocol", "sniffed"},
		{"no name", "{port: 9092}", "", "protocol", "sniffed"},
		{"a port that is well known", "{name: db, port: 3306}", "", "protocol", "tcp"},
		{"UDP", "{name: http-x, port: 9092, protocol: UDP}", "", "protocol", "udp"},
		{"kind of grpc-web", "{name: grpc-web, port: 9092}", "", "protocol_kind", "http"},
		{"kind of https", "{name: https, port: 9092}", "", "protocol_kind", "tls"},
		{"kind of redis", "{name: redis, port: 9092}", "", "protocol_kind", "database"},
		{"kind of UDP", "{name: x, port: 9092, protocol: UDP}", "", "protocol_kind", "other"},
		{"what says so", "{name: tcp-x, appProtocol: tcp, port: 9092}", "", "protocol_word", "tcp"},
		{"Kafka", "{port: 9092}", "", "serves", "kafka"},
		{"Kafka behind another number", "{port: 80, targetPort: 9092}", "", "serves", "kafka"},
		{"Kafka by the port's name", "{port: 80, targetPort: clients}", "", "serves", "kafka"},
		{"a name that nobody declares", "{port: 9092, targetPort: other}", "", "serves", ""},
		{"something else", "{port: 5556}", "", "serves", ""},
		{"plaintext", "{port: 9092}", "", "own_tls", "no"},
		{"TLS", "{port: 9094}", "", "own_tls", "yes"},
		{"nobody knows", "{port: 5556}", "", "own_tls", "unknown"},
		{"a Service that shares the number", "{port: 9092}", serviceOf("web", "selector: {app: web}, ports: [{name: http, port: 9092}]"), "clashes_with", "web"},
		{"one that says TCP", "{port: 9092}", serviceOf("web", "selector: {app: web}, ports: [{name: tcp, port: 9092}]"), "clashes_with", ""},
		{"one with another number", "{port: 9092}", serviceOf("web", "selector: {app: web}, ports: [{name: http, port: 9093}]"), "clashes_with", ""},
		{"one with the same pods", "{port: 9092}", serviceOf("web", "selector: {app: kafka}, ports: [{name: http, port: 9092}]"), "clashes_with", ""},
		{"a Service that says otherwise", "{name: tcp, port: 9092}", serviceOf("kafka-again", strings.Replace(other, "PORT", "http", 1)), "disagrees_with", "kafka-again"},
		{"what it says", "{name: tcp, port: 9092}", serviceOf("kafka-again", strings.Replace(other, "PORT", "http", 1)), "other_protocol", "http"},
		{"one that says the same", "{name: tcp, port: 9092}", serviceOf("kafka-again", strings.Replace(other, "PORT", "tcp-again", 1)), "disagrees_with", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, _ := recognised(t, quorumOf(combined))
			around := described(t, serviceOf("kafka", service(test.port))+test.more)
			if got := sheetOf(t, Facts(t.Context(), w, around), ServicePort, "service=kafka")[test.fact]; got != test.want {
				t.Errorf("%s is %#v, want %#v", test.fact, got, test.want)
			}
		})
	}
}

func TestAFindingInAnotherObjectIsWrittenThere(t *testing.T) {
	w, doc := recognised(t, quorumOf(combined))
	around := described(t, serviceOf("kafka", "selector: {app: kafka}, ports: [{name: http, port: 9092}]"))
	findings, err := New().Judge(t.Context(), w, around)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, found := range findings {
		if strings.HasPrefix(found.Rule, "mesh/service-port") {
			if found.In.Document == doc || found.In.Document == nil {
				t.Error("the document is not that of the Service")
			}
			got = append(got, fmt.Sprintf("%s %s %s", found.Place.Position(found.In.Document), found.Object, found.Path))
		}
	}
	if want := "around.yaml:5:47 Service kafka/kafka spec.ports[0].name"; strings.Join(got, "\n") != want {
		t.Errorf("got %q, want %s", got, want)
	}
}
