package policies

import (
	"fmt"
	"strings"
	"testing"
)

// kafkaWith is a broker with these variables beside its listeners, and ports.
func kafkaWith(listeners, env, more string) string {
	return fmt.Sprintf(`containers: [{name: kafka, image: "apache/kafka:3.9.1", env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: zk}, {name: KAFKA_LISTENERS, value: %q}%s]%s}]`, listeners, env, more)
}

// peerPolicy is a PeerAuthentication for the pods of podOf.
func peerPolicy(spec string) string {
	return "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: kafka}\nspec: {selector: {matchLabels: {app: kafka}}, " + spec + "}\n"
}

func TestFactsOfPorts(t *testing.T) {
	const (
		podIP    = `, {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: HOST_IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}`
		strict   = "mtls: {mode: STRICT}"
		protocol = `, {name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, value: "A:PLAINTEXT,B:SSL,C:SASL_SSL"}`
		two      = "A://:9092,B://:9093"
	)
	advertise := func(value string) string {
		return podIP + `, {name: KAFKA_ADVERTISED_LISTENERS, value: "` + value + `"}`
	}
	ensemble := func(env string) string {
		return zookeeper("zookeeper:3.9.4", `{name: ZOO_SERVERS, value: "server.1=a:2888:3888;2181 server.2=b:2888:3888;2181"}`+env)
	}
	tests := []struct {
		name, annotations, spec, policy string
		fact                            string
		want                            any
	}{
		{"strict", "", kafkaWith(two, protocol, ""), strict, "plain_mtls", "strict"},
		{"permissive", "", kafkaWith(two, protocol, ""), "mtls: {mode: PERMISSIVE}", "plain_mtls", "permissive"},
		{"off on the port in plaintext", "", kafkaWith(two, protocol, ""), strict + ", portLevelMtls: {9092: {mode: DISABLE}}", "plain_mtls", "disable"},
		{"off on the port with TLS", "", kafkaWith(two, protocol, ""), strict + ", portLevelMtls: {9093: {mode: DISABLE}}", "plain_mtls", "strict"},
		{"the port", "", kafkaWith("A://:9092,C://:9093,B://:9094", protocol, ""), strict, "plain_port", 9092},
		{"nothing in plaintext", "", kafkaWith("B://:9093,C://:9094", protocol, ""), "mtls: {mode: DISABLE}", "plain_mtls", ""},
		{"a protocol that cannot be seen", "", kafkaWith("D://:9093", protocol, ""), "mtls: {mode: DISABLE}", "plain_mtls", ""},
		{"ZooKeeper", "", ensemble(""), "mtls: {mode: STRICT}, portLevelMtls: {3888: {mode: PERMISSIVE}}", "plain_mtls", "permissive"},
		{"its admin server", "", ensemble(""), "mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}}", "plain_mtls", "strict"},

		{"excluded", "traffic.sidecar.istio.io/excludeInboundPorts: '1, 9092'", kafkaWith(two, protocol, ""), strict, "excluded_port", 9092},
		{"how", "traffic.sidecar.istio.io/excludeInboundPorts: '1, 9092'", kafkaWith(two, protocol, ""), strict, "excluded_way", "inbound"},
		{"a port that is not included", "traffic.sidecar.istio.io/includeInboundPorts: '9093'", kafkaWith(two, protocol, ""), strict, "excluded_port", 9092},
		{"all are included", "traffic.sidecar.istio.io/includeInboundPorts: '*'", kafkaWith(two, protocol, ""), strict, "excluded_port", 0},
		{"none is included", "traffic.sidecar.istio.io/includeInboundPorts: ''", kafkaWith(two, protocol, ""), strict, "excluded_port", 9092},
		{"to others", "traffic.sidecar.istio.io/excludeOutboundPorts: '9092'", kafkaWith(two, protocol, ""), strict, "excluded_way", "outbound"},
		{"TLS that asks nobody", "traffic.sidecar.istio.io/excludeInboundPorts: '9093'", kafkaWith(two, protocol, ""), strict, "excluded_port", 9093},
		{"TLS that asks for certificates", "traffic.sidecar.istio.io/excludeInboundPorts: '9093'", kafkaWith(two, protocol+`, {name: KAFKA_SSL_CLIENT_AUTH, value: required}`, ""), strict, "excluded_port", 0},
		{"ZooKeeper's", "traffic.sidecar.istio.io/excludeInboundPorts: '2888,3888'", ensemble(""), strict, "excluded_way", "inbound"},
		{"ZooKeeper's with TLS", "traffic.sidecar.istio.io/excludeInboundPorts: '2888,3888'", ensemble(`, {name: ZOO_CFG_EXTRA, value: "sslQuorum=true"}`), strict, "excluded_way", ""},
		{"another port", "traffic.sidecar.istio.io/excludeInboundPorts: '7071'", kafkaWith(two, protocol, ""), strict, "excluded_way", ""},

		{"TLS inside", "", kafkaWith(two, protocol, ""), "", "tls_inside", 9093},
		{"TLS beside", "traffic.sidecar.istio.io/excludeInboundPorts: '9093'", kafkaWith(two, protocol, ""), "", "tls_inside", 0},
		{"TLS that is none", "", kafkaWith(two, protocol+`, {name: KAFKA_SSL_ENGINE_FACTORY_CLASS, value: dev.sluice.kafka.MeshIdentitySslEngineFactory}`, ""), "", "tls_inside", 0},

		{"reserved", "", kafkaWith("A://:15090", protocol, ""), "", "reserved_port", 15090},
		{"reserved by another", "", kafkaWith(two, protocol, ", ports: [{containerPort: 15021}]"), "", "reserved_port", 15021},
		{"free", "", kafkaWith(two, protocol, ", ports: [{containerPort: 15022}]"), "", "takes_reserved_port", false},

		{"a port of the node", "", kafkaWith(two, protocol, ", ports: [{containerPort: 9092, hostPort: 31092}]"), strict, "host_port", 31092},
		{"what it meets", "", kafkaWith(two, protocol, ", ports: [{containerPort: 9092, hostPort: 31092}]"), strict, "host_port_mtls", "strict"},
		{"one for something else", "", kafkaWith(two, protocol, ", ports: [{containerPort: 7071, hostPort: 7071}]"), strict, "host_port", 0},
		{"with the node's network", "", "hostNetwork: true, " + kafkaWith(two, protocol, ", ports: [{containerPort: 9092, hostPort: 9092}]"), strict, "host_port_mtls", ""},

		{"the pod's address", "", kafkaWith(two, advertise("A://$(POD_IP):9092"), ""), strict, "advertised", "pod-ip"},
		{"as a shell writes it", "", kafkaWith(two, advertise("A://${POD_IP}:9092"), ""), strict, "advertised", "pod-ip"},
		{"the node's", "", kafkaWith(two, advertise("B://$(HOST_IP):31093"), ""), strict, "advertised", "host-ip"},
		{"any", "", kafkaWith(two, advertise("A://10.0.0.7:9092"), ""), strict, "advertised", "ip"},
		{"version 6", "", kafkaWith(two, advertise("A://[fd00::7]:9092"), ""), strict, "advertised", "ip"},
		{"localhost", "", kafkaWith(two, advertise("A://127.0.0.1:9092"), ""), strict, "advertised", ""},
		{"a name", "", kafkaWith(two, advertise("A://kafka-0.kafka:9092"), ""), strict, "advertised", ""},
		{"a name with a variable", "", kafkaWith(two, advertise("A://$(POD_NAME).kafka:9092"), ""), strict, "advertised", ""},
		{"which listener", "", kafkaWith(two, advertise("B://kafka-0.kafka:9093,A://$(POD_IP):9092"), ""), strict, "advertised_name", "A"},
		{"what its port demands", "", kafkaWith(two, advertise("A://$(POD_IP):9092"), ""), strict, "advertised_mtls", "strict"},
		{"the one that matters", "", kafkaWith(two, advertise("A://$(HOST_IP):31092,B://$(POD_IP):9093"), ""), strict + ", portLevelMtls: {9092: {mode: PERMISSIVE}}", "advertised_name", "B"},
		{"a port that is excluded", "traffic.sidecar.istio.io/excludeInboundPorts: '9092'", kafkaWith(two, advertise("A://$(POD_IP):9092"), ""), strict, "advertised_mtls", "unknown"},
		{"another number", "", kafkaWith(two, advertise("A://$(HOST_IP):$(PORT)"), ""), strict, "advertised_mtls", "strict"},
		{"nothing advertised", "", kafkaWith(two, "", ""), strict, "advertised", ""},
		{"by the shell itself", "", `containers: [{name: kafka, image: "apache/kafka:3.9.1", env: [{name: KAFKA_LISTENERS, value: "A://:9092"}], command: [sh, -c, "export KAFKA_ADVERTISED_LISTENERS=A://$(hostname -i):9092; exec /etc/kafka/docker/run"]}]`, strict, "advertised", "pod-ip"},
		{"a worker", "", `containers: [{name: c, image: "confluentinc/cp-kafka-connect:7.9.2", env: [{name: CONNECT_REST_ADVERTISED_HOST_NAME, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}]`, strict, "advertised_name", "rest.advertised.host.name"},
		{"what it demands", "", `containers: [{name: c, image: "confluentinc/cp-kafka-connect:7.9.2", env: [{name: CONNECT_REST_ADVERTISED_HOST_NAME, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}]`, strict, "advertised_mtls", "strict"},
		{"a client", "", `containers: [{name: c, image: "confluentinc/cp-ksqldb-server:7.9.2", env: [{name: KSQL_HOST_NAME, value: 10.0.0.1}]}]`, strict, "advertised", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, _ := recognised(t, podOf(test.annotations, test.spec))
			policy := ""
			if test.policy != "" {
				policy = peerPolicy(test.policy)
			}
			if got := named(Facts(t.Context(), w, described(t, policy))[0])[test.fact]; got != test.want {
				t.Errorf("%s is %#v, want %#v", test.fact, got, test.want)
			}
		})
	}
}

func TestFactsOfAProxy(t *testing.T) {
	injected := func(tag string) string {
		return podOf("", "containers: ["+kafka+`, {name: istio-proxy, image: "docker.io/istio/proxyv2:`+tag+`"}]`)
	}
	with := func(more string) string {
		return podOf("", strings.Replace("containers: ["+kafka+"]", "4.1.0\"", "4.1.0\", "+more, 1))
	}
	const owned = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, ownerReferences: [{kind: OWNER}]}\nspec: {containers: [" + kafka + "]}"
	tests := []struct {
		name, manifest string
		fact           string
		want           any
	}{
		{"nobody knows", podOf("", "containers: ["+kafka+"]"), "sidecar", "unknown"},
		{"asked for", podOf(`sidecar.istio.io/nativeSidecar: "true"`, "containers: ["+kafka+"]"), "sidecar", "native"},
		{"refused", podOf(`sidecar.istio.io/nativeSidecar: "false"`, "containers: ["+kafka+"]"), "sidecar", "classic"},
		{"that is there", injected("1.30.1"), "sidecar", "classic"},
		{"its version", injected("1.30.1"), "istio_version", "1.30.1"},
		{"of a flavour", injected("1.30.1-distroless"), "istio_version", "1.30.1"},
		{"that moves", injected("1.30"), "istio_version", "1.30.0"},
		{"that says nothing", injected("latest"), "istio_version", ""},
		{"that is somebody's", injected("1.30.1beta"), "istio_version", ""},
		{"without a tag", injected(""), "istio_age", "unknown"},
		{"very old", injected("1.4.2"), "istio_age", "resets"},
		{"old", injected("1.4.3"), "istio_age", "ended"},
		{"the last of the old", injected("1.28.9"), "istio_age", "ended"},
		{"new", injected("1.29.0"), "istio_age", "supported"},
		{"delivers to localhost", injected("1.9.9"), "inbound_delivery", "localhost"},
		{"delivers to the pod", injected("1.10.0"), "inbound_delivery", "pod-ip"},
		{"opted out", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {sidecar.istio.io/inject: 'false'}}\nspec: {containers: [" + kafka + "]}", "opted_out", true},
		{"not opted out", podOf("", "hostNetwork: true, containers: ["+kafka+"]"), "opted_out", false},
		{"the node's network", podOf("", "hostNetwork: true, containers: ["+kafka+"]"), "host_network", true},
		{"asked by the namespace", podOf("", "containers: ["+kafka+"]"), "injection_asked", true},
		{"user", with("securityContext: {runAsUser: 1337}"), "runs_as_proxy", true},
		{"group", with("securityContext: {runAsGroup: 1337}"), "runs_as_proxy", true},
		{"user of the pod", podOf("", "securityContext: {runAsUser: 1337}, containers: ["+kafka+"]"), "runs_as_proxy", true},
		{"another user than the pod", podOf("", strings.Replace("securityContext: {runAsUser: 1337}, containers: ["+kafka+"]", "4.1.0\"", "4.1.0\", securityContext: {runAsUser: 1000}", 1)), "runs_as_proxy", false},
		{"probed", with("livenessProbe: {tcpSocket: {port: 9092}}"), "tcp_probe", "livenessProbe"},
		{"probed otherwise", with("readinessProbe: {exec: {command: [x]}}"), "tcp_probe", ""},
		{"rewritten", podOf("", "containers: ["+kafka+"]"), "rewrites_probes", true},
		{"not rewritten", podOf(`sidecar.istio.io/rewriteAppHTTPProbers: "false"`, "containers: ["+kafka+"]"), "rewrites_probes", false},
		{"goes on", podOf("", "containers: ["+kafka+"]"), "completes", false},
		{"a Job", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {containers: [" + kafka + "]}}}", "completes", true},
		{"a Job's pod", strings.Replace(owned, "OWNER", "Job", 1), "completes", true},
		{"another's pod", strings.Replace(owned, "OWNER", "StatefulSet", 1), "completes", false},
		{"quits", podOf("", "containers: ["+kafka+", {name: x, command: [sh, -c, 'run; curl -X POST localhost:15020/quitquitquit']}]"), "quits_proxy", true},
		{"does not", podOf("", "containers: ["+kafka+"]"), "quits_proxy", false},
		{"default grace", podOf("", "containers: ["+kafka+"]"), "grace", "default"},
		{"in seconds", podOf("", "containers: ["+kafka+"]"), "grace_seconds", 30},
		{"short grace", podOf("", "terminationGracePeriodSeconds: 29, containers: ["+kafka+"]"), "grace", "short"},
		{"enough", podOf("", "terminationGracePeriodSeconds: 30, containers: ["+kafka+"]"), "grace", "enough"},
		{"spent", with("lifecycle: {preStop: {exec: {command: [/bin/sh, -c, 'sleep 30; kill 1']}}}"), "grace", "spent"},
		{"spent by sleeping", with("lifecycle: {preStop: {sleep: {seconds: 31}}}"), "grace", "spent"},
		{"not spent", with("lifecycle: {preStop: {exec: {command: [/bin/sleep, '10']}}}"), "grace", "default"},
		{"how long", with("lifecycle: {preStop: {exec: {command: [/bin/sleep, '10']}}}"), "pre_stop_seconds", 10},
		{"nobody knows how long", with("lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep $N']}}}"), "pre_stop_seconds", 0},
		{"no hook", with("lifecycle: {postStart: {exec: {command: [sleep, '10']}}}"), "pre_stop_seconds", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, test.manifest, modern)[test.fact]; got != test.want {
				t.Errorf("%s is %#v, want %#v", test.fact, got, test.want)
			}
		})
	}
}
