package workload_test

import (
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

func TestBitnamiKafkaSinceChart24(t *testing.T) {
	template := func(component, ports string) string {
		return `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: kafka-controller}, spec: {template: {
			metadata: {labels: {app.kubernetes.io/name: kafka, app.kubernetes.io/component: ` + component + `}},
			spec: {
				initContainers: [{name: prepare-config, image: "docker.io/bitnami/kafka:4.0.0-debian-12-r10", command: [/bin/bash, -ec, "true"],
					volumeMounts: [{name: kafka-config, mountPath: /config}]}],
				containers: [{name: kafka, image: "docker.io/bitnami/kafka:3.9.0-debian-12-r10", ports: [` + ports + `],
					env: [{name: KAFKA_CFG_LISTENERS, value: "IGNORED://:1"}, {name: KAFKA_KRAFT_CLUSTER_ID, valueFrom: {secretKeyRef: {name: s, key: k}}}],
					volumeMounts: [{name: kafka-config, mountPath: /opt/bitnami/kafka/config/server.properties, subPath: server.properties}]}],
				volumes: [{name: kafka-config, emptyDir: {}}]}}}}`
	}
	for _, test := range []struct {
		component, ports string
		want             expectation
	}{
		{"controller-eligible", "{name: controller, containerPort: 9093}, {name: client, containerPort: 9092}",
			expectation{"bitnami-kafka", workload.Broker, true, true, "3.9.0", workload.Hidden}},
		{"controller-eligible", "{name: controller, containerPort: 9093}",
			expectation{"bitnami-kafka", workload.Controller, true, true, "3.9.0", workload.Hidden}},
		{"broker", "{name: client, containerPort: 9092}",
			expectation{"bitnami-kafka", workload.Broker, false, true, "3.9.0", workload.Hidden}},
	} {
		found := recognise(parse(t, template(test.component, test.ports)))
		if found == nil || len(found.Processes) != 1 {
			t.Fatalf("%s: %+v", test.component, found)
		}
		expect(t, found.Processes[0], test.want)
		if setting, ok := found.Processes[0].Property("listeners"); ok {
			t.Errorf("listeners are %+v, but the file says it and cannot be seen", setting)
		}
	}
}

func TestEveryProcessOfAPodIsFoundInOrder(t *testing.T) {
	found := recognise(pod(t, `{containers: [
		{name: jmx-exporter, image: "bitnami/jmx-exporter:1.0.1"},
		{name: kafka-1, image: "docker.io/bitnami/kafka:3.4.0-debian-11-r0", ports: [{containerPort: 9092}]},
		{name: kafka-2, image: "docker.io/bitnami/kafka:3.4.0-debian-11-r0", ports: [{containerPort: 19092}]},
		{name: istio-proxy, image: "docker.io/istio/proxyv2:1.31.0"},
		{name: both, image: "example/dev", command: [sh, -c, "zookeeper-server-start.sh config/zookeeper.properties &\nsleep 5\nexec kafka-server-start.sh config/server.properties"]}
	]}`))
	var got []string
	for _, p := range found.Processes {
		got = append(got, p.Name()+" "+string(p.Role))
	}
	want := []string{"kafka-1 broker", "kafka-2 broker", "both zookeeper", "both broker"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("process %d is %q, want %q", i, got[i], want[i])
		}
	}
	if found.Sidecar.Kind != workload.ClassicSidecar {
		t.Errorf("sidecar is %s, want classic", found.Sidecar.Kind)
	}
}

func TestANativeSidecarIsSeenBesideABroker(t *testing.T) {
	found := recognise(pod(t, `{initContainers: [{name: istio-proxy, restartPolicy: Always, image: "istio/proxyv2"}],
		containers: [{name: kafka, image: "apache/kafka:3.9.0"}]}`))
	if found.Sidecar.Kind != workload.NativeSidecar {
		t.Errorf("sidecar is %s, want native", found.Sidecar.Kind)
	}
}

func TestTheConfigurationFileOfACommandLine(t *testing.T) {
	for _, test := range []struct{ command, want string }{
		{`[kafka-server-start.sh, /etc/kafka/server.properties, --override, a=b]`, "/etc/kafka/server.properties"},
		{`[kafka-server-start.sh, -daemon, config/server.properties]`, "config/server.properties"},
		{`[sh, -c, "exec bin/kafka-server-start.sh \"/etc/kafka/$(hostname).properties\""]`, "/etc/kafka/$(hostname).properties"},
		{`[java, -cp, x, kafka.Kafka, s.properties]`, "s.properties"},
		{`[zkServer.sh, start-foreground]`, ""},
		{`[zkServer.sh, start-foreground, /data/zoo.cfg]`, "/data/zoo.cfg"},
	} {
		p := process(t, `{containers: [{name: c, image: x, command: `+test.command+`}]}`)
		if p.ConfigurationFile != test.want {
			t.Errorf("%s: %q, want %q", test.command, p.ConfigurationFile, test.want)
		}
	}
}
