package mutators

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// cluster is a world that documents describe in full: what they do not have is not
// there.
type cluster struct{ *surroundings.Files }

func (c cluster) Object(ctx context.Context, kind surroundings.Kind, namespace, name string) (surroundings.Object, surroundings.Knowledge) {
	object, known := c.Files.Object(ctx, kind, namespace, name)
	if known == surroundings.Unknown {
		known = surroundings.Absent
	}
	return object, known
}

func (c cluster) Objects(ctx context.Context, kind surroundings.Kind, namespace string) ([]surroundings.Object, bool) {
	objects, _ := c.Files.Objects(ctx, kind, namespace)
	return objects, true
}

// documents reads a stream of documents around the pods of the namespace streams.
func documents(t *testing.T, stream string) *surroundings.Files {
	t.Helper()
	around := surroundings.NewFiles("istio-system", "streams")
	stream += "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: streams, labels: {istio-injection: enabled}}\n"
	for doc, err := range document.Read(document.NewFile("world.yaml", []byte(stream))) {
		if err == nil {
			err = around.Add(doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return around
}

// ordered are settings with which pods wait.
func ordered() settings.Settings {
	s := settings.Default()
	s.Images.Wait = "ghcr.io/sluice-dev/sluice:v1"
	return s
}

const (
	// The two proxies as Istio leaves them in a pod that holds back its application.
	native  = `initContainers: [{name: istio-init, image: istio/proxyv2}, {name: istio-proxy, image: istio/proxyv2, restartPolicy: Always}, {name: own, image: busybox}]`
	classic = `initContainers: [{name: istio-init, image: istio/proxyv2}]`
	proxy   = `{name: istio-proxy, image: istio/proxyv2, lifecycle: {postStart: {exec: {command: [pilot-agent, wait]}}}}, `
)

// servicesOfStreams are a headless Service for each quorum, one with an address for
// ZooKeeper, and one for clients.
const servicesOfStreams = `
apiVersion: v1
kind: Service
metadata: {name: zookeeper-headless}
spec: {clusterIP: None, selector: {app: zookeeper}, ports: [{name: tcp-client, port: 2181, targetPort: client}]}
---
apiVersion: v1
kind: Service
metadata: {name: zookeeper}
spec: {selector: {app: zookeeper}, ports: [{name: tcp-client, port: 12181, targetPort: client}]}
---
apiVersion: v1
kind: Service
metadata: {name: controller}
spec: {clusterIP: None, selector: {app: controller}, ports: [{name: tcp-controller, port: 9093}]}
---
apiVersion: v1
kind: Service
metadata: {name: kafka}
spec: {selector: {app: kafka}, ports: [{name: tcp-client, port: 9092}]}
`

// manifest is a pod. Its metadata are more of a flow mapping, its spec and its container
// too.
func manifest(metadata, spec, before, container string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: x-0, namespace: streams, %s}\nspec: {%s, containers: [%s{name: x, %s}]}\n", metadata, spec, before, container)
}

// Containers of each role.
const (
	zooKeeperServer = `image: "bitnami/zookeeper:3.9.2"`
	combined        = `image: "apache/kafka:4.1.0"`
	zkBroker        = `image: "bitnami/kafka:3.4.0", env: [{name: KAFKA_CFG_ZOOKEEPER_CONNECT, value: "%s"}]`
	kraftBroker     = `image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: broker}, {name: KAFKA_NODE_ID, value: "1"}, {name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: "%s"}%s]`
)

func broker(connect string) string { return fmt.Sprintf(zkBroker, connect) }

func kraft(voters string, variables ...string) string {
	var more strings.Builder
	for i := 0; i < len(variables); i += 2 {
		fmt.Fprintf(&more, ", {name: %s, value: %q}", variables[i], variables[i+1])
	}
	return fmt.Sprintf(kraftBroker, voters, more.String())
}

// waits describes what waits in a pod: the kind, and the targets of each group.
func waits(root *document.Node) string {
	var all []string
	for _, list := range []string{"initContainers", "containers"} {
		for _, container := range root.At("spec", list).Items() {
			name := container.Get("name").Text()
			if name != workload.WaitContainer && name != workload.GateContainer {
				continue
			}
			var words []string
			for _, word := range append(container.Get("command").Items()[1:], container.Get("args").Items()...) {
				words = append(words, word.Text())
			}
			all = append(all, fmt.Sprintf("%s[%d] %s", list, container.Index(), strings.Join(words, " ")))
		}
	}
	return strings.Join(all, "; ")
}

// mutual is a DestinationRule for a Service in the namespace streams.
func mutual(service string) string {
	return "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: " + service + "}\nspec: {host: " + service + ", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}\n"
}

func TestABrokerWaitsForItsQuorum(t *testing.T) {
	for _, test := range []struct {
		name, container, world string
		outcome                string
		// targets are those of the container that waits.
		targets string
	}{
		{"ZooKeeper behind a Service", broker("zookeeper:12181"), "", "init-container", "zookeeper://zookeeper:12181"},
		{"pods of a headless Service, asked through the other one", broker("zookeeper-0.zookeeper-headless:2181,zookeeper-1.zookeeper-headless:2181/kafka"), "",
			"init-container", "zookeeper://zookeeper.streams.svc:12181"},
		{"the default port", broker("zookeeper-headless"), "", "init-container", "zookeeper://zookeeper.streams.svc:12181"},
		{"pods of a headless Service with a rule", broker("zookeeper-0.zookeeper-headless:2181,zookeeper-1.zookeeper-headless:2181"), mutual("zookeeper-headless"),
			"init-container", "zookeeper://zookeeper-0.zookeeper-headless:2181,zookeeper://zookeeper-1.zookeeper-headless:2181"},
		{"one of two that is known", broker("nobody:2181,zookeeper:12181"), "", "init-container", "zookeeper://zookeeper:12181"},
		{"outside of the cluster", broker("zk.example.com:2181,192.0.2.7:2181,[2001:db8::7]:2181"), "",
			"init-container", "zookeeper://zk.example.com:2181,zookeeper://192.0.2.7:2181,zookeeper://[2001:db8::7]:2181"},
		{"with TLS", `image: "bitnami/kafka:3.4.0", env: [{name: KAFKA_CFG_ZOOKEEPER_CONNECT, value: "zookeeper:12181"}, {name: KAFKA_CFG_ZOOKEEPER_SSL_CLIENT_ENABLE, value: "true"}]`, "",
			"init-container", "tls://zookeeper:12181"},

		{"controllers of a headless Service", kraft("100@controller-0.controller:9093"), "", "-headless", ""},
		{"controllers with a rule", kraft("100@controller-0.controller:9093,101@controller-1.controller:9093"), mutual("controller"),
			"init-container", "kafka://controller-0.controller:9093,kafka://controller-1.controller:9093"},
		{"controllers to bootstrap from", kraft("", "KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", "controller.streams:9093"), mutual("controller"),
			"init-container", "kafka://controller.streams:9093"},
		{"controllers with TLS", kraft("100@controller-0.controller:9093", "KAFKA_CONTROLLER_LISTENER_NAMES", "QUORUM,OLD", "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "OLD:PLAINTEXT,QUORUM:SASL_SSL"),
			mutual("controller"), "init-container", "tls://controller-0.controller:9093"},

		{"controllers that take the mesh's identity", kraft("100@controller-0.controller:9093", "KAFKA_CONTROLLER_LISTENER_NAMES", "QUORUM", "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "QUORUM:SSL",
			"KAFKA_LISTENER_NAME_QUORUM_SSL_ENGINE_FACTORY_CLASS", "dev.sluice.kafka.MeshIdentitySslEngineFactory"),
			mutual("controller"), "init-container", "kafka://controller-0.controller:9093"},

		{"no such Service", broker("nobody:2181"), "", "-no-service", ""},
		{"no such Service elsewhere", broker("zookeeper.elsewhere.svc.cluster.local:2181"), "", "-no-service", ""},
		{"a Secret", `image: "bitnami/kafka:3.4.0", env: [{name: KAFKA_CFG_ZOOKEEPER_CONNECT, valueFrom: {secretKeyRef: {name: s, key: k}}}]`, "", "-unknown-target", ""},
		{"nothing that says it", `image: "bitnami/kafka:3.4.0"`, "", "-unknown-target", ""},
		{"nonsense", broker("zookeeper:client"), "", "-unknown-target", ""},
		{"a Service with another port", broker("zookeeper-headless:2888"), "", "-headless", ""},

		{"localhost", broker("localhost:2181"), "", "-own-target", ""},
		{"a loopback address", broker("zookeeper:12181,127.0.0.1:2181"), "", "-own-target", ""},
		{"itself among the voters", kraft("1@x-0.own:9093,2@x-1.own:9093"), mutual("own") + ownService, "-own-target", ""},
		{"its like among the voters", kraft("2@x-1.own:9093"), mutual("own") + ownService, "init-container", "kafka://x-1.own:9093"},
		{"a Service that selects it", kraft("1@own:9093"), mutual("own") + ownService, "-own-target", ""},
		{"a Service that selects nothing", broker("empty:2181"), "---\napiVersion: v1\nkind: Service\nmetadata: {name: empty}\nspec: {ports: [{port: 2181}]}\n",
			"init-container", "zookeeper://empty:2181"},

		{"a node that is both", combined, "", "", ""},
		{"ZooKeeper", zooKeeperServer, "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			around := cluster{documents(t, servicesOfStreams+test.world)}
			review, root := mutate(t, manifest("labels: {app: own}", native, "", test.container), ordered(), around)
			if got := outcomes(review, "init-ordering"); got != test.outcome {
				t.Errorf("got %q, want %q: %v %v", got, test.outcome, review.Changes, review.Skips)
			}
			want := ""
			if test.targets != "" {
				want = "initContainers[2] wait --timeout=3m0s " + test.targets
			}
			if got := waits(root); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// ownService selects the pod under review.
const ownService = "---\napiVersion: v1\nkind: Service\nmetadata: {name: own}\nspec: {clusterIP: None, selector: {app: own}, ports: [{port: 9093}]}\n"

func TestOnlyAClassicProxyThatHoldsBackGetsAGate(t *testing.T) {
	container := broker("zookeeper:12181")
	const late = `, {name: istio-proxy, image: istio/proxyv2}`
	const want = "containers[1] gate --timeout=3m0s zookeeper://zookeeper:12181"
	for _, test := range []struct {
		name, metadata, spec, before, after string
		outcome, waits                      string
	}{
		{"behind the proxy", "", classic, proxy, "", "gate default-container", want},
		{"with a default container", `annotations: {kubectl.kubernetes.io/default-container: metrics}`, classic, proxy, "", "gate", want},
		{"a proxy that hold-application puts in front", "", classic, "", late, "gate default-container", want},
		{"a proxy that somebody keeps behind", `annotations: {sluice.dev/hold-application: "off"}`, classic, "", late, "-not-held", ""},
		{"a pod that is to end", "", classic + ", restartPolicy: OnFailure", proxy, "", "-job", ""},
		{"a pod that never restarts", "", classic + ", restartPolicy: Never", proxy, "", "-job", ""},
		{"a pod that always restarts", "", classic + ", restartPolicy: Always", proxy, "", "gate default-container", want},
		{"no proxy yet", "", classic, "", "", "-no-proxy", ""},
		{"no proxy yet, but one is announced", `annotations: {sidecar.istio.io/nativeSidecar: "true"}`, classic, "", "", "-no-proxy", ""},
		{"outside of the mesh", `annotations: {sidecar.istio.io/inject: "false"}`, classic, "", "", "", ""},
		{"a native proxy in a pod that is to end", "", native + ", restartPolicy: Never", "", "", "init-container", "initContainers[2] wait --timeout=3m0s zookeeper://zookeeper:12181"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(manifest(test.metadata, test.spec, test.before, container), "}]}\n", "}"+test.after+"]}\n", 1)
			review, root := mutate(t, text, ordered(), cluster{documents(t, servicesOfStreams)})
			if got := outcomes(review, "init-ordering"); got != test.outcome {
				t.Errorf("got %q, want %q: %v", got, test.outcome, review.Skips)
			}
			if got := waits(root); got != test.waits {
				t.Errorf("got  %s\nwant %s", got, test.waits)
			}
			if strings.Contains(test.outcome, "default-container") && root.At("metadata", "annotations", defaultContainer).Text() != "x" {
				t.Errorf("the annotations are %s", root.At("metadata", "annotations").AppendJSON(nil))
			}
		})
	}
}

func TestWhatWaitsIsAddedOnce(t *testing.T) {
	for _, text := range []string{manifest("", native, "", broker("zookeeper:12181")), manifest("", classic, proxy, broker("zookeeper:12181"))} {
		around := cluster{documents(t, servicesOfStreams)}
		_, root := mutate(t, text, ordered(), around)
		before := waits(root)
		review, root := mutate(t, string(root.AppendJSON(nil)), ordered(), around)
		if got := outcomes(review, "init-ordering"); got != "-already" {
			t.Errorf("got %q", got)
		}
		if after := waits(root); after != before || strings.Contains(after, ";") {
			t.Errorf("before %s\nafter  %s", before, after)
		}
	}
}

func TestShadowModeShowsWhatWouldWait(t *testing.T) {
	s := ordered()
	s.Mutators = map[string]settings.Mode{"init-ordering": settings.Shadow}
	review, root := mutate(t, manifest("", classic, proxy, broker("zookeeper:12181")), s, cluster{documents(t, servicesOfStreams)})
	if got := outcomes(review, "init-ordering"); got != "(gate) (default-container)" || waits(root) != "" {
		t.Errorf("got %q, and %s", got, waits(root))
	}
}

func TestNothingWaitsWithoutAnImage(t *testing.T) {
	review, root := mutate(t, manifest("", native, "", broker("zookeeper:12181")), settings.Default(), cluster{documents(t, servicesOfStreams)})
	if got := outcomes(review, "init-ordering"); got != "-unconfigured" || waits(root) != "" {
		t.Errorf("got %q, and %s", got, waits(root))
	}
}

// A command over files sees what it is given.
func TestAServiceThatNoFileDescribesIsUnknown(t *testing.T) {
	review, _ := mutate(t, manifest("", native, "", broker("zookeeper:2181")), ordered(), documents(t, ""))
	if got := outcomes(review, "init-ordering"); got != "-no-service" {
		t.Errorf("got %q", got)
	}
	review, _ = mutate(t, manifest("", native, "", broker("zookeeper:12181")), ordered(), documents(t, servicesOfStreams))
	if got := outcomes(review, "init-ordering"); got != "init-container" {
		t.Errorf("got %q", got)
	}
}

// Whoever asks for a deadlock does not get one.
func TestServersDoNotWaitByAnnotation(t *testing.T) {
	for _, test := range []struct{ container, outcome, waits string }{
		{zooKeeperServer, "-first", ""},
		{combined, "-first", ""},
		{broker("zookeeper:12181"), "init-container -not-for-brokers", "initContainers[2] wait --timeout=3m0s zookeeper://zookeeper:12181"},
	} {
		text := manifest(`annotations: {sluice.dev/wait-for: "kafka:9092"}`, native, "", test.container)
		review, root := mutate(t, text, ordered(), cluster{documents(t, servicesOfStreams)})
		if got := outcomes(review, "init-ordering"); got != test.outcome || waits(root) != test.waits {
			t.Errorf("%s: got %q, and %s", test.container, got, waits(root))
		}
	}
}

// Connect, MirrorMaker and their like wait for the brokers of their configuration, or
// for what the annotation says in its place.
func TestWhatDependsOnBrokersWaitsForThem(t *testing.T) {
	with := func(image string, variables ...string) string {
		var entries []string
		for i := 0; i < len(variables); i += 2 {
			entries = append(entries, fmt.Sprintf("{name: %s, value: %q}", variables[i], variables[i+1]))
		}
		return fmt.Sprintf("image: %q, env: [%s]", image, strings.Join(entries, ", "))
	}
	mirror := func(lines ...string) string {
		script := "cat > /tmp/m.properties <<EOF\n" + strings.Join(lines, "\n") + "\nEOF\nexec connect-mirror-maker.sh /tmp/m.properties\n"
		return fmt.Sprintf(`image: "example/x", command: [bash, -c, %q]`, script)
	}
	connect := with("confluentinc/cp-kafka-connect:7.6.1", "CONNECT_BOOTSTRAP_SERVERS", "kafka:9092")
	for _, test := range []struct {
		name, metadata, container string
		outcome, waits            string
	}{
		{"Connect", "", connect, "init-container", "kafka://kafka:9092"},
		{"Connect with TLS", "", with("confluentinc/cp-kafka-connect:7.6.1", "CONNECT_BOOTSTRAP_SERVERS", "kafka:9092", "CONNECT_SECURITY_PROTOCOL", "SASL_SSL"), "init-container", "tls://kafka:9092"},
		{"Connect with a hidden protocol", "", `image: "confluentinc/cp-kafka-connect:7.6.1", env: [{name: CONNECT_BOOTSTRAP_SERVERS, value: "kafka:9092"}, {name: CONNECT_SECURITY_PROTOCOL, valueFrom: {secretKeyRef: {name: s, key: k}}}]`,
			"-unknown-target", ""},
		{"Debezium", "", with("debezium/connect:2.7", "BOOTSTRAP_SERVERS", "kafka:9092"), "init-container", "kafka://kafka:9092"},
		{"an operator's Connect", "labels: {strimzi.io/cluster: my}", `image: "quay.io/strimzi/kafka:0.45.0-kafka-3.9.0", command: [/opt/kafka/kafka_connect_run.sh], env: [{name: KAFKA_CONNECT_BOOTSTRAP_SERVERS, value: "kafka:9092"}]`,
			"-unknown-target", ""},
		{"Schema Registry, with listeners' protocols", "", with("confluentinc/cp-schema-registry:7.6.1", "SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "SSL://kafka:9092,PLAINTEXT://kafka.streams:9092"),
			"init-container", "tls://kafka:9092,kafka://kafka.streams:9092"},
		{"REST Proxy", "", with("confluentinc/cp-kafka-rest:7.6.1", "KAFKA_REST_BOOTSTRAP_SERVERS", "PLAINTEXT://kafka:9092"), "init-container", "kafka://kafka:9092"},
		{"MirrorMaker, both of its clusters", "", mirror("clusters=a, b", "a.bootstrap.servers=kafka:9092", "b.bootstrap.servers=kafka.eu.example.com:9093", "b.security.protocol=SSL"),
			"init-container", "kafka://kafka:9092 tls://kafka.eu.example.com:9093"},
		{"MirrorMaker, one of whose clusters is hidden", "", mirror("clusters=a,b", "a.bootstrap.servers=kafka:9092"), "init-container -unknown-target", "kafka://kafka:9092"},
		{"MirrorMaker with one cluster twice", "", mirror("clusters=a,b", "a.bootstrap.servers=kafka:9092", "b.bootstrap.servers=kafka:9092"), "init-container", "kafka://kafka:9092"},
		{"MirrorMaker that nobody can look into", "", `image: "example/x", command: [connect-mirror-maker.sh, /config/m.properties]`, "-unknown-target", ""},
		{"a client", "", with("confluentinc/cp-ksqldb-server:7.6.1", "KSQL_BOOTSTRAP_SERVERS", "kafka:9092"), "-not-asked", ""},
		{"a client that asks", `annotations: {sluice.dev/wait-for: "kafka:9092"}`, with("confluentinc/cp-ksqldb-server:7.6.1", "KSQL_BOOTSTRAP_SERVERS", "nobody:9092"), "init-container", "kafka://kafka:9092"},
		{"what the annotation says, and not the configuration", `annotations: {sluice.dev/wait-for: "zookeeper://zookeeper:12181 ; kafka:9092, tls://kafka.streams:9092"}`, connect,
			"init-container", "zookeeper://zookeeper:12181 kafka://kafka:9092,tls://kafka.streams:9092"},
		{"an annotation that makes no sense", "annotations: {sluice.dev/wait-for: kafka}", connect, "-malformed-annotation", ""},
		{"an annotation that is empty", `annotations: {sluice.dev/wait-for: ""}`, connect, "-malformed-annotation", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			review, root := mutate(t, manifest(test.metadata, native, "", test.container), ordered(), cluster{documents(t, servicesOfStreams)})
			if got := outcomes(review, "init-ordering"); got != test.outcome {
				t.Errorf("got %q, want %q: %v", got, test.outcome, review.Skips)
			}
			want := ""
			if test.waits != "" {
				want = "initContainers[2] wait --timeout=3m0s " + test.waits
			}
			if got := waits(root); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
