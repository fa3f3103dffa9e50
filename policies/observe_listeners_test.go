package policies

import (
	"strings"
	"testing"
)

// listening is a KRaft node that is broker and controller, with properties as
// name=value.
func listeningPod(properties ...string) string {
	words := []string{"kafka-server-start.sh", "/etc/kafka/server.properties"}
	script := "cat > /etc/kafka/server.properties <<EOF\n" + strings.Join(properties, "\n") + "\nEOF\nexec " + strings.Join(words, " ")
	return podOf(held, "containers: [{name: k, image: 'apache/kafka:4.1.0', command: [sh, -c, "+quoted(script)+"]}]")
}

func quoted(text string) string {
	return `"` + strings.NewReplacer("\n", `\n`, `"`, `\"`).Replace(text) + `"`
}

func TestWhatListenersKnow(t *testing.T) {
	const (
		combined   = "process.roles=broker,controller"
		controller = "controller.listener.names=CONTROLLER"
		both       = "listeners=CLIENTS://:9092,CONTROLLER://:9093"
		between    = "inter.broker.listener.name=CLIENTS"
		builder    = "principal.builder.class="
	)
	protocols := func(clients, nodes string) string {
		return "listener.security.protocol.map=CLIENTS:" + clients + ",CONTROLLER:" + nodes
	}
	tests := []struct {
		name       string
		properties []string
		clients    string
		nodes      string
	}{
		{"all in plaintext", []string{combined, controller, both, between, protocols("PLAINTEXT", "PLAINTEXT")}, "nothing", "no"},
		{"the controllers in plaintext", []string{combined, controller, both, between, protocols("SASL_PLAINTEXT", "PLAINTEXT")}, "password", "no"},
		{"the brokers in plaintext", []string{combined, controller, both, between, protocols("PLAINTEXT", "SSL")}, "certificate", "no"},
		{"none in plaintext", []string{combined, controller, both, between, protocols("SASL_SSL", "SSL")}, "certificate", "yes"},
		{"the defaults of Kafka", []string{"process.roles=broker,controller", controller, "listeners=PLAINTEXT://:9092,CONTROLLER://:9093"}, "nothing", "no"},
		{"the protocol between brokers by its name", []string{combined, controller, "listeners=SASL_SSL://:9092,CONTROLLER://:9093", "security.inter.broker.protocol=SASL_SSL",
			"listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:SASL_SSL"}, "password", "yes"},
		{"a listener without a protocol", []string{combined, controller, both, between, "listener.security.protocol.map=CLIENTS:PLAINTEXT"}, "unknown", "unknown"},
		{"a controller alone", []string{"process.roles=controller", controller, "listeners=CONTROLLER://:9093", "listener.security.protocol.map=CONTROLLER:SSL"}, "certificate", "yes"},
		{"a broker alone", []string{"process.roles=broker", controller, "listeners=CLIENTS://:9092", between, protocols("SASL_PLAINTEXT", "PLAINTEXT")}, "password", "no"},
		{"a builder that nobody knows", []string{combined, controller, both, between, protocols("PLAINTEXT", "PLAINTEXT"), builder + "a.B"}, "nothing", "unknown"},
		{"a builder that waits for certificates", []string{combined, controller, both, between, protocols("PLAINTEXT", "PLAINTEXT"), builder + "io.okro.kafka.SpiffePrincipalBuilder"}, "nothing", "no"},
		{"Kafka's own builder by its name", []string{combined, controller, both, between, protocols("PLAINTEXT", "PLAINTEXT"),
			builder + "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder"}, "nothing", "no"},
		{"a builder of one listener", []string{combined, controller, both, between, protocols("PLAINTEXT", "SSL"), "listener.name.clients." + builder + "a.B"}, "certificate", "unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			values := valuesOf(t, listeningPod(test.properties...), modern)
			if values["clients_known_by"] != test.clients || values["nodes_known"] != test.nodes {
				t.Errorf("clients are known by %q, nodes %q", values["clients_known_by"], values["nodes_known"])
			}
		})
	}
}

func TestListenersOutOfSightAreUnknown(t *testing.T) {
	for name, manifest := range map[string]string{
		"Strimzi's":  podOf(held, `containers: [{name: kafka, image: "quay.io/strimzi/kafka:1.0.0-kafka-4.1.0", command: [/opt/kafka/kafka_run.sh]}]`),
		"a Secret's": podOf(held, `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_LISTENERS, value: "A://:9092"}, {name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]`),
		"a fork's":   podOf(held, `containers: [{name: kafka, image: "ghcr.io/banzaicloud/kafka:2.13-2.7.0", command: [bash, -c, "kafka-server-start.sh /config/broker-config"]}]`),
	} {
		values := valuesOf(t, manifest, modern)
		for _, fact := range []string{"clients_known_by", "nodes_known", "authorizer", "allow_everyone", "super_users"} {
			if name == "a Secret's" && fact != "clients_known_by" && fact != "nodes_known" {
				continue
			}
			if values[fact] != "unknown" {
				t.Errorf("%s: %s is %v", name, fact, values[fact])
			}
		}
	}
}

func TestPrincipalBuilders(t *testing.T) {
	const foreign = "{name: KAFKA_PRINCIPAL_BUILDER_CLASS, value: a.B}"
	tests := []struct {
		name, container string
		found           string
	}{
		{"none", `{name: k, image: "apache/kafka:4.1.0"}`, ""},
		{"a foreign one in a published image", `{name: k, image: "docker.io/apache/kafka:4.1.0@sha256:ab", env: [` + foreign + `]}`, "no"},
		{"in somebody's image", `{name: k, image: "registry.example.com/apache/kafka:4.1.0", env: [` + foreign + `]}`, "unknown"},
		{"with a class path", `{name: k, image: "apache/kafka:4.1.0", env: [` + foreign + `, {name: CLASSPATH, value: /x.jar}]}`, "unknown"},
		{"with variables from a Secret", `{name: k, image: "apache/kafka:4.1.0", env: [` + foreign + `], envFrom: [{secretRef: {name: s}}]}`, "unknown"},
		{"with an agent", `{name: k, image: "apache/kafka:4.1.0", env: [` + foreign + `, {name: KAFKA_OPTS, value: "-javaagent:/x"}]}`, "unknown"},
		{"with a mount among the libraries", `{name: k, image: "apache/kafka:4.1.0", env: [` + foreign + `], volumeMounts: [{name: v, mountPath: /opt/kafka/libs/x.jar}]}`, "unknown"},
		{"with a mount for data", `{name: k, image: "apache/kafka:4.1.0", env: [` + foreign + `], volumeMounts: [{name: v, mountPath: /var/lib/kafka/data}]}`, "no"},
		{"with a script that fetches", `{name: k, image: "apache/kafka:4.1.0", command: [sh, -c, "wget x; exec /etc/kafka/docker/run"], env: [` + foreign + `]}`, "unknown"},
		{"from a Secret", `{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PRINCIPAL_BUILDER_CLASS, valueFrom: {secretKeyRef: {name: s, key: k}}}]}`, "unknown"},
		{"Confluent's in its image", `{name: k, image: "confluentinc/cp-server:7.9.0", env: [{name: KAFKA_PRINCIPAL_BUILDER_CLASS, value: io.confluent.X}]}`, "yes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, podOf(held, "containers: ["+test.container+"]"), modern)["principal_builder_found"]; got != test.found {
				t.Errorf("got %q, want %q", got, test.found)
			}
		})
	}
}

func TestKeyStoresOfTheMesh(t *testing.T) {
	for file, want := range map[string]bool{"/etc/istio-output-certs/key.pem": true, "/etc/certs/cert.jks": true, "/etc/kafka/secrets/k.jks": false} {
		pod := listeningPod("process.roles=broker", "listeners=TLS://:9092", "listener.security.protocol.map=TLS:SSL", "listener.name.tls.ssl.keystore.location="+file)
		if got := valuesOf(t, pod, modern)["key_store_from_mesh"]; got != want {
			t.Errorf("%s: got %v", file, got)
		}
	}
}

func TestListenersThatAreOfferedOutside(t *testing.T) {
	const pod = `apiVersion: v1
kind: Pod
metadata: {name: p, namespace: kafka, labels: {app: kafka}}
spec: {containers: [{name: k, image: "apache/kafka:4.1.0", ports: [{name: tcp-out, containerPort: 9094}],
  env: [{name: KAFKA_LISTENERS, value: "IN://:9092,OUT://:9094"}, {name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, value: "IN:PLAINTEXT,OUT:PLAINTEXT"}]}]}`
	service := func(spec string) string {
		return "apiVersion: v1\nkind: Service\nmetadata: {name: out, namespace: kafka}\nspec: {selector: {app: kafka}, " + spec + "}\n"
	}
	tests := []struct{ name, service, want string }{
		{"by its number", service("type: NodePort, ports: [{port: 9094}]"), "Service out of type NodePort OUT"},
		{"by its target", service("type: LoadBalancer, ports: [{port: 443, targetPort: 9094}]"), "Service out of type LoadBalancer OUT"},
		{"by its name", service("type: LoadBalancer, ports: [{port: 443, targetPort: tcp-out}]"), "Service out of type LoadBalancer OUT"},
		{"another port", service("type: LoadBalancer, ports: [{port: 9094, targetPort: 8080}]"), " "},
		{"another name", service("type: LoadBalancer, ports: [{port: 9094, targetPort: http}]"), " "},
		{"within the cluster", service("ports: [{port: 9094}]"), " "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			values := valuesOf(t, pod, described(t, test.service))
			if got := values["open_listener_way"].(string) + " " + values["open_listener"].(string); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
