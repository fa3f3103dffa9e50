package policies

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// world is a world in which every namespace has these labels; nil means that nothing
// is known of any.
type world struct {
	surroundings.None
	labels   map[string]string
	delivery surroundings.Delivery
}

func (w world) Namespace(context.Context, string) (surroundings.Namespace, surroundings.Knowledge) {
	if w.labels == nil {
		return surroundings.Namespace{}, surroundings.Unknown
	}
	return surroundings.Namespace{Labels: w.labels}, surroundings.Found
}

func (w world) Delivery(context.Context) surroundings.Delivery { return w.delivery }

var (
	// modern is a namespace with sidecars, in a mesh as Istio installs it today.
	modern = world{surroundings.None{}, map[string]string{"istio-injection": "enabled"}, surroundings.DeliveryPodIP}
	// old is the same in a mesh that delivers to localhost.
	old = world{surroundings.None{}, map[string]string{"istio-injection": "enabled"}, surroundings.DeliveryLocalhost}
	// outside is a namespace without sidecars.
	outside = world{surroundings.None{}, map[string]string{}, surroundings.DeliveryLocalhost}
	// unknown is what a check without a cluster knows.
	unknown = world{surroundings.None{}, nil, surroundings.DeliveryUnknown}
)

// read reads a manifest.
func read(t testing.TB, manifest string) *document.Document {
	t.Helper()
	for doc, err := range document.Read(document.NewFile("pod.yaml", []byte(manifest))) {
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	t.Fatal("there is no manifest")
	return nil
}

// recognised reads a manifest and recognises what it runs, in the namespace kafka.
func recognised(t testing.TB, manifest string) (*workload.Workload, *document.Document) {
	t.Helper()
	doc := read(t, manifest)
	w := workload.Recognise(context.Background(), doc.Root, "kafka", surroundings.None{})
	if w == nil {
		t.Fatal("the manifest is not recognised")
	}
	return w, doc
}

// described is a world that documents describe, those of the namespace kafka.
func described(t testing.TB, manifests string) *surroundings.Files {
	t.Helper()
	around := surroundings.NewFiles("istio-system", "kafka")
	for doc, err := range document.Read(document.NewFile("around.yaml", []byte(manifests))) {
		if err != nil {
			t.Fatal(err)
		}
		if err := around.Add(doc); err != nil {
			t.Fatal(err)
		}
	}
	return around
}

// podOf is a pod with these annotations and this spec, which has no fault of its own.
func podOf(annotations, spec string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: kafka}, annotations: {%s}}\nspec: {enableServiceLinks: false, %s}\n", annotations, spec)
}

const (
	held  = `proxy.istio.io/config: '{"holdApplicationUntilProxyStarts": true, "proxyMetadata": {"EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "true"}}'`
	kafka = `{name: kafka, image: "apache/kafka:4.1.0"}`
)

func zookeeper(image, env string) string {
	return fmt.Sprintf(`containers: [{name: zk, image: %q, env: [%s]}]`, image, env)
}

// surrounded is what can surround a pod of podOf.
const surrounded = `
apiVersion: v1
kind: Service
metadata: {name: kafka-headless}
spec: {clusterIP: None, selector: {app: kafka}, ports: [{port: 9092}, {name: tcp-controller, port: 9093}]}
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec: {selector: {app: other}, ports: [{port: 9092}]}
`

// brokerFilter is an EnvoyFilter with a filter that Istio's proxy does not have.
const brokerFilter = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: metrics}
spec:
  configPatches:
  - applyTo: NETWORK_FILTER
    patch: {operation: INSERT_BEFORE, value: {name: envoy.filters.network.kafka_broker}}
  - applyTo: NETWORK_FILTER
    patch: {operation: INSERT_BEFORE, value: {name: envoy.filters.network.zookeeper_proxy}}
  - applyTo: NETWORK_FILTER
    patch: {operation: MERGE, value: {name: envoy.filters.network.tcp_proxy}}
`

const threeServers = `{name: ZOO_SERVERS, value: "server.1=zk-0.zk:2888:3888;2181 server.2=zk-1.zk:2888:3888;2181 server.3=zk-2.zk:2888:3888;2181"}`

func TestJudge(t *testing.T) {
	const (
		early    = `error mesh/app-before-proxy `
		cut      = `warning mesh/proxy-exits-before-broker `
		links    = ` mesh/service-links-become-settings spec.enableServiceLinks`
		deaf     = ` quorum/not-listening-where-proxy-delivers `
		wildcard = `error quorum/wildcard-server-address `
		config   = `metadata.annotations["proxy.istio.io/config"]`
	)
	tests := []struct {
		name     string
		manifest string
		around   world
		want     []string
	}{
		{"a broker with everything in place", podOf(held, "containers: ["+kafka+"]"), modern, nil},
		{"a broker with nothing in place", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [" + kafka + "]}", unknown,
			[]string{early + config, cut + config, "warning" + links}},
		{"a worker with nothing in place", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'x:1', command: [connect-distributed.sh, /c]}]}", unknown,
			[]string{early + config, "warning mesh/proxy-exits-before-worker " + config}},
		{"a worker that is in the pod with a broker", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {enableServiceLinks: false, containers: [" + kafka + ", {name: c, image: 'x:1', command: [connect-mirror-maker.sh, /c]}]}", unknown,
			[]string{early + config, cut + config, "warning mesh/proxy-exits-before-worker " + config}},
		{"Schema Registry with nothing in place", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'cp-schema-registry:7.9.0'}]}", unknown,
			[]string{early + config, "error" + links}},
		{"the same outside the mesh", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [" + kafka + "]}", outside,
			[]string{"warning" + links}},
		{"Confluent's image with service links", podOf(held, `containers: [{name: k, image: "confluentinc/cp-kafka:7.9.0"}]`), modern, nil},
		{"which refuses to start with them", strings.Replace(podOf(held, `containers: [{name: k, image: "confluentinc/cp-kafka:7.9.0"}]`), "false", "true", 1), modern,
			[]string{"error" + links}},
		{"a refusal to hold", podOf(`proxy.istio.io/config: 'holdApplicationUntilProxyStarts: false'`, "containers: ["+kafka+"]"), modern,
			[]string{early + config, cut + config}},
		{"a malformed annotation", podOf(`proxy.istio.io/config: '{"holdApplicationUntilProxyStarts": "true"}'`, "containers: ["+kafka+"]"), modern,
			[]string{early + config}},
		{"a native sidecar by annotation", podOf(`sidecar.istio.io/nativeSidecar: "true"`, "containers: ["+kafka+"]"), modern, nil},
		{"a native sidecar that is there", podOf("", "initContainers: [{name: istio-proxy, restartPolicy: Always}], containers: ["+kafka+"]"), modern, nil},
		{"a classic sidecar in the wrong order", podOf(held, "containers: ["+kafka+", {name: istio-proxy}]"), modern,
			[]string{early + "spec.containers[1]"}},
		{"a classic sidecar that leaves early", podOf(held,
			"containers: [{name: istio-proxy, env: [{name: EXIT_ON_ZERO_ACTIVE_CONNECTIONS, value: 'false'}], lifecycle: {postStart: {exec: {command: [pilot-agent, wait]}}}}, "+kafka+"]"), modern,
			[]string{cut + "spec.containers[0].env[0]"}},
		{"an image that waits by itself", podOf(`proxy.istio.io/config: 'terminationDrainDuration: 30s'`,
			`containers: [{name: kafka, image: "kafka:x", command: [bash, -c, "wait; kafka-server-start.sh /config/broker-config"],
			env: [{name: ENVOY_SIDECAR_STATUS, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['sidecar.istio.io/status']"}}}]}]`), modern, nil},
		{"several brokers in one pod share the pod's findings", podOf("", "containers: ["+kafka+", {name: second, image: 'apache/kafka:4.1.0'}]"), modern,
			[]string{early + config, cut + config}},

		{"a KRaft controller on one address", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: controller}, {name: KAFKA_LISTENERS, value: "CONTROLLER://k-0.k:9093"}, {name: KAFKA_CONTROLLER_LISTENER_NAMES, value: CONTROLLER}]}]`), old,
			[]string{"error" + deaf + "spec.containers[0].env[1].value"}},
		{"a KRaft controller on all addresses", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: controller}, {name: KAFKA_LISTENERS, value: "CONTROLLER://:9093"}]}]`), old, nil},
		{"a combined node on one address", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: "broker,controller"}, {name: KAFKA_LISTENERS, value: "PLAINTEXT://:9092,CONTROLLER://k-0.k:9093"}]}]`), unknown,
			[]string{"warning" + deaf + "spec.containers[0].env[1].value"}},
		{"a broker alone has no quorum", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: broker}, {name: KAFKA_LISTENERS, value: "PLAINTEXT://k-0.k:9092"}]}]`), old, nil},
		{"listeners that cannot be seen", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: controller}, {name: KAFKA_LISTENERS, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]`), old, nil},
		{"listeners without the controller's", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: controller}, {name: KAFKA_LISTENERS, value: "OTHER://k-0.k:9093"}]}]`), old, nil},

		{"three ZooKeepers as they come", podOf(held, zookeeper("zookeeper:3.8.4", threeServers)), old,
			[]string{"error" + deaf + "spec.containers[0]"}},
		{"where proxies deliver to the pod", podOf(held, zookeeper("zookeeper:3.8.4", threeServers)), modern, nil},
		{"where nobody knows", podOf(held, zookeeper("zookeeper:3.8.4", threeServers)), unknown,
			[]string{"warning" + deaf + "spec.containers[0]"}},
		{"listening on all addresses", podOf(held, zookeeper("zookeeper:3.8.4", threeServers+`, {name: ZOO_CFG_EXTRA, value: "quorumListenOnAllIPs=true"}`)), old, nil},
		{"told not to", podOf(held, zookeeper("bitnami/zookeeper:3.8.4", `{name: ZOO_SERVERS, value: "a:2888:3888::1,b:2888:3888::2,c:2888:3888::3"}, {name: ZOO_LISTEN_ALLIPS_ENABLED, value: "no"}`)), old,
			[]string{"error" + deaf + "spec.containers[0].env[1].value"}},
		{"told by a Secret", podOf(held, zookeeper("bitnami/zookeeper:3.8.4", `{name: ZOO_SERVERS, value: "a:2888:3888::1,b:2888:3888::2"}, {name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {secretKeyRef: {name: s, key: k}}}`)), old, nil},
		{"servers told by a Secret", podOf(held, zookeeper("zookeeper:3.8.4", `{name: ZOO_SERVERS, valueFrom: {secretKeyRef: {name: s, key: k}}}`)), old,
			[]string{"error" + deaf + "spec.containers[0]"}},
		{"one ZooKeeper alone", podOf(held, zookeeper("zookeeper:3.8.4", "")), old, nil},
		{"one ZooKeeper that names itself", podOf(held, zookeeper("zookeeper:3.8.4", `{name: ZOO_SERVERS, value: "server.1=0.0.0.0:2888:3888;2181"}`)), old, nil},
		{"a configuration file that cannot be seen", podOf(held,
			`containers: [{name: zk, image: "my/zk:1", command: [zkServer.sh, start-foreground]}]`), old, nil},

		{"a wildcard in a version that cannot bear it", podOf(held, zookeeper("zookeeper:3.5.5", `{name: ZOO_SERVERS, value: "server.1=0.0.0.0:2888:3888 server.2=zk-1:2888:3888 server.3=zk-2:2888:3888"}`)), old,
			[]string{wildcard + "spec.containers[0].env[0].value"}},
		{"a wildcard in a later version", podOf(held, zookeeper("zookeeper:3.5.8", `{name: ZOO_SERVERS, value: "server.1=0.0.0.0:2888:3888 server.2=zk-1:2888:3888 server.3=zk-2:2888:3888"}`)), old, nil},
		{"a wildcard among two", podOf(held, zookeeper("confluentinc/cp-zookeeper:7.9.0", `{name: ZOOKEEPER_SERVERS, value: "0.0.0.0:2888:3888;zk-1:2888:3888"}`)), old,
			[]string{wildcard + "spec.containers[0].env[0].value"}},
		{"a wildcard alone in a quorum of one", podOf(held, zookeeper("zookeeper:3.8.4", `{name: ZOO_STANDALONE_ENABLED, value: "false"}, {name: ZOO_SERVERS, value: "server.1=[::]:2888:3888;2181"}`)), old,
			[]string{wildcard + "spec.containers[0].env[1].value"}},
		{"observers have no vote", podOf(held, zookeeper("zookeeper:3.8.4", `{name: ZOO_SERVERS, value: "server.1=0.0.0.0:2888:3888 server.2=zk-1:2888:3888 server.3=zk-2:2888:3888:observer"}`)), old,
			[]string{wildcard + "spec.containers[0].env[0].value"}},

		{"an anonymous super user", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SUPER_USERS, value: "User:admin; User:ANONYMOUS"}, {name: KAFKA_AUTHORIZER_CLASS_NAME, value: org.apache.kafka.metadata.authorizer.StandardAuthorizer}]}]`), modern,
			[]string{"error identity/anonymous-super-user spec.containers[0].env[0].value"}},
		{"with an authorizer from a Secret", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SUPER_USERS, value: "User:ANONYMOUS"}, {name: KAFKA_AUTHORIZER_CLASS_NAME, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]`), modern,
			[]string{"error identity/anonymous-super-user spec.containers[0].env[0].value"}},
		{"without an authorizer", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SUPER_USERS, value: "User:ANONYMOUS"}]}]`), modern,
			[]string{"warning identity/no-authorizer spec.containers[0].env[0].value"}},
		{"another super user", podOf(held,
			`containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SUPER_USERS, value: "User:anonymous;User:ANONYMOUS2"}, {name: KAFKA_AUTHORIZER_CLASS_NAME, value: a.B}]}]`), modern, nil},
	}
	engine := New()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, _ := recognised(t, test.manifest)
			findings, err := engine.Judge(t.Context(), w, test.around)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, finding := range findings {
				got = append(got, fmt.Sprintf("%s %s %s", finding.Severity, finding.Rule, finding.Path))
				if finding.Message == "" || finding.Place.Node == nil {
					t.Errorf("%s has no message or no place: %+v", finding.Rule, finding)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestObjectsWithoutAProcessAreJudgedByTheirKind(t *testing.T) {
	doc := read(t, brokerFilter)
	findings, ok, err := New().JudgeObject(t.Context(), doc.Root, "kafka", surroundings.None{})
	if err != nil || !ok || len(findings) != 1 {
		t.Fatalf("got %+v, %t, %v", findings, ok, err)
	}
	found := findings[0]
	got := fmt.Sprintf("%s %s %s: %s", found.Place.Position(doc), found.Object, found.Path, found.Rule)
	if want := "pod.yaml:8:53 EnvoyFilter kafka/metrics spec.configPatches[0].patch.value.name: mesh/filter-not-in-proxy"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, other := range []string{strings.ReplaceAll(brokerFilter, "EnvoyFilter", "Filter"), "apiVersion: v1\nkind: Secret", "apiVersion: networking.istio.io/v1\nkind: EnvoyFilter"} {
		if _, ok, err := New().JudgeObject(t.Context(), read(t, other).Root, "kafka", surroundings.None{}); ok || err != nil {
			t.Errorf("%s: %t, %v", other, ok, err)
		}
	}
}

func TestFindingsPointIntoTheFile(t *testing.T) {
	const manifest = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: kafka
spec:
  template:
    metadata:
      labels: {app: kafka}
    spec:
      containers:
        - name: kafka
          image: apache/kafka:4.1.0
          env:
            - name: KAFKA_SUPER_USERS
              value: User:ANONYMOUS
            - name: KAFKA_AUTHORIZER_CLASS_NAME
              value: org.apache.kafka.metadata.authorizer.StandardAuthorizer
`
	w, doc := recognised(t, manifest)
	findings, err := New().Judge(t.Context(), w, unknown)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`pod.yaml:15:22 spec.template.spec.containers[0].env[0].value: super.users names User:ANONYMOUS, so every client without an identity of its own may do everything`,
		`pod.yaml:7:5 spec.template.metadata.annotations["proxy.istio.io/config"]: nothing makes the application wait until its proxy is ready, and before that it has no network`,
		`pod.yaml:7:5 spec.template.metadata.annotations["proxy.istio.io/config"]: the proxy leaves 5 seconds after SIGTERM, even if the broker is still in its controlled shutdown`,
		`pod.yaml:9:5 spec.template.spec.enableServiceLinks: a Service called kafka would put its address into this pod as KAFKA_PORT, which this image writes into the server's configuration`,
	}
	var got []string
	for _, finding := range findings {
		got = append(got, fmt.Sprintf("%s %s: %s", finding.Place.Position(doc), finding.Path, finding.Message))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
