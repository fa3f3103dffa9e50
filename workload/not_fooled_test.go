package workload_test

import (
	"testing"
)

func TestNotFooled(t *testing.T) {
	for _, test := range []struct{ name, spec string }{
		{"Redpanda", `{containers: [{name: redpanda, image: "docker.redpanda.com/redpandadata/redpanda:v24.1.1", command: [rpk, redpanda, start], ports: [{name: kafka, containerPort: 9092}]}]}`},
		{"topics tool of Bitnami's image", `{containers: [{name: c, image: "bitnami/kafka:3.9.0", command: [kafka-topics.sh, --list]}]}`},
		{"topics tool through Bitnami's entrypoint", `{containers: [{name: c, image: "bitnami/kafka:3.9.0", args: [kafka-topics.sh, --list]}]}`},
		{"a tool told about the server's script", `{containers: [{name: c, image: "bitnami/kafka:3.9.0", command: [sh, -c, "pgrep -f kafka-server-start.sh; echo kafka-server-start.sh x; sleep 10"]}]}`},
		{"console consumer", `{containers: [{name: c, image: "confluentinc/cp-kafka:7.6.1", command: [sh, -c, "kafka-console-consumer --topic t --bootstrap-server kafka:9092"]}]}`},
		{"sleep with the port left in", `{containers: [{name: c, image: "confluentinc/cp-kafka:7.6.1", command: [sleep, infinity], ports: [{containerPort: 9092}]}]}`},
		{"sleep by its path", `{containers: [{name: c, image: "confluentinc/cp-kafka:7.6.1", command: [/bin/sleep, infinity], ports: [{containerPort: 9092}]}]}`},
		{"args without the run script", `{containers: [{name: c, image: "confluentinc/cp-kafka:7.6.1", args: [kafka-topics, --list]}]}`},
		{"a tool in Connect's image", `{containers: [{name: c, image: "confluentinc/cp-kafka-connect:7.6.1", command: [confluent-hub, install, x]}]}`},
		{"another image of Confluent's with the same run script", `{containers: [{name: c, image: "confluentinc/cp-enterprise-gateway:7.6.1", command: [/etc/confluent/docker/run]}]}`},
		{"a console consumer out of Schema Registry's image", `{containers: [{name: c, image: "confluentinc/cp-schema-registry:7.6.1", command: [kafka-avro-console-consumer, --topic, t]}]}`},
		{"zkCli", `{containers: [{name: c, image: "zookeeper:3.9.4", args: [zkCli.sh, -server, zk]}]}`},
		{"a probe's zkServer.sh status", `{containers: [{name: c, image: "zookeeper:3.9.4", args: [zkServer.sh, status]}]}`},
		{"kafka-ui", `{containers: [{name: c, image: "provectuslabs/kafka-ui:v0.7.2", ports: [{containerPort: 8080}]}]}`},
		{"kafdrop", `{containers: [{name: c, image: "obsidiandynamics/kafdrop:4"}]}`},
		{"akhq", `{containers: [{name: c, image: "tchiotludo/akhq:0.25"}]}`},
		{"kafka-exporter", `{containers: [{name: c, image: "bitnami/kafka-exporter:1.7.0", args: ["--kafka.server=kafka:9092"]}]}`},
		{"jmx exporter", `{containers: [{name: c, image: "bitnami/jmx-exporter:1.0.1", command: [java, -jar, jmx_prometheus_httpserver.jar, "5556", /etc/jmx-kafka/c.yml]}]}`},
		{"a prefix alone", `{containers: [{name: c, image: "prodan/kafka-kraft:1", env: [{name: KAFKA_CFG_PROCESS_ROLES, value: "broker,controller"}]}]}`},
		{"an application with Kafka's variables", `{containers: [{name: c, image: "example/orders:1", env: [{name: KAFKA_LISTENERS, value: x}, {name: ZOO_MY_ID, value: "1"}]}]}`},
		{"Strimzi's entity operator", `{containers: [{name: topic-operator, image: "quay.io/strimzi/operator:0.45.0", args: [/opt/strimzi/bin/topic_operator_run.sh]}, {name: user-operator, image: "quay.io/strimzi/operator:0.45.0", args: [/opt/strimzi/bin/user_operator_run.sh]}]}`},
		{"Strimzi's exporter", `{containers: [{name: c, image: "quay.io/strimzi/kafka:0.45.0-kafka-3.9.0", command: [/opt/kafka-exporter/kafka_exporter_run.sh]}]}`},
		{"Strimzi's operator", `{containers: [{name: c, image: "quay.io/strimzi/operator:0.45.0", args: [/opt/strimzi/bin/cluster_operator_run.sh]}]}`},
		{"a consumer out of Strimzi's image", `{containers: [{name: c, image: "quay.io/strimzi/kafka:0.45.0-kafka-3.9.0", command: [bin/kafka-console-consumer.sh, --bootstrap-server, "kafka:9092"]}]}`},
		{"Koperator itself", `{containers: [{name: manager, image: "ghcr.io/banzaicloud/kafka-operator:v0.25.1", command: [/manager]}]}`},
		{"Pravega's operator", `{containers: [{name: zookeeper-operator, image: "pravega/zookeeper-operator:0.2.15", command: [zookeeper-operator]}]}`},
		{"a probe of the tutorial's image", `{containers: [{name: c, image: "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", command: [sh, -c, "zookeeper-ready 2181"]}]}`},
		{"topics of wurstmeister's image", `{containers: [{name: c, image: "wurstmeister/kafka:2.13-2.8.1", command: [create-topics.sh]}]}`},
		{"a shell in Debezium's image", `{containers: [{name: c, image: "debezium/connect:2.7", args: [bash, -c, "sleep 1"]}]}`},
		{"Debezium's server, which is no Connect", `{containers: [{name: c, image: "quay.io/debezium/server:3.0"}]}`},
		{"Connect's REST client", `{containers: [{name: c, image: "curlimages/curl:8", command: [sh, -c, "curl -X POST http://connect:8083/connectors"]}]}`},
		{"an image that only connects", `{containers: [{name: c, image: "example/kong-connect:1", ports: [{containerPort: 8083}]}]}`},
		{"a UI of Schema Registry", `{containers: [{name: c, image: "landoop/schema-registry-ui:0.9.5"}]}`},
		{"the jmx exporter in front, in Confluent's chart", `{containers: [{name: prometheus-jmx-exporter, image: "solsson/kafka-prometheus-jmx-exporter@sha256:0123456789012345678901234567890123456789012345678901234567890123", command: [java, -XX:MaxRAMFraction=1, -jar, jmx_prometheus_httpserver.jar, "5556", /etc/jmx-kafka/jmx-kafka-prometheus.yml]}]}`},
		{"kcat", `{containers: [{name: c, image: "edenhill/kcat:1.7.1", args: [-b, "kafka:9092", -L]}]}`},
		{"Conduktor", `{containers: [{name: c, image: "conduktor/conduktor-console:1.30.0"}]}`},
		{"Redpanda's console", `{containers: [{name: c, image: "docker.redpanda.com/redpandadata/console:v2.8.0", env: [{name: KAFKA_BROKERS, value: "redpanda:9092"}]}]}`},
		{"Cruise Control's UI", `{containers: [{name: c, image: "ghcr.io/banzaicloud/cruise-control-ui:0.4.0", command: [nginx]}]}`},
		{"init containers", `{initContainers: [{name: c, image: "bitnami/kafka:3.9.0"}, {name: d, image: "x", command: [kafka-server-start.sh, x]}], containers: [{name: app, image: "example/app"}]}`},
		{"istio-proxy under any image", `{containers: [{name: istio-proxy, image: "confluentinc/cp-kafka:7.6.1"}]}`},
		{"a script whose text only looks alike", `{containers: [{name: c, image: "example/x", command: [sh, -c, "cp /opt/kafka/bin/kafka-server-start.sh /tmp && cat /tmp/kafka-server-start.sh"]}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if found := recognise(pod(t, test.spec)); found != nil {
				p := found.Processes[0]
				t.Errorf("taken for %s, %s, %s", p.Distribution.Name, p.Role, p.Reading)
			}
		})
	}
}

func TestAProvisioningJobIsNoBroker(t *testing.T) {
	job := parse(t, `{apiVersion: batch/v1, kind: Job, metadata: {name: kafka-provisioning}, spec: {template: {
		metadata: {labels: {app.kubernetes.io/component: kafka-provisioning}},
		spec: {
			initContainers: [{name: wait-for-available-kafka, image: "bitnami/kafka:3.4.0", command: [/bin/bash], args: [-ec, "wait-for-port --host=kafka 9092;"]}],
			containers: [{name: kafka-provisioning, image: "bitnami/kafka:3.4.0", command: [/bin/bash], args: [-ec,
				". /opt/bitnami/scripts/libkafka.sh\nexport CLIENT_CONF=/tmp/client.properties\nkafka_provisioning_commands=(\n\"/opt/bitnami/kafka/bin/kafka-topics.sh --create --bootstrap-server ${KAFKA_SERVICE} --topic t\"\n)\n`+
		`for ((index=0; index < ${#kafka_provisioning_commands[@]}; index+=1))\ndo\n  ${kafka_provisioning_commands[j]} &\n  wait\ndone\n"]}]}}}}`)
	if found := recognise(job); found != nil {
		t.Errorf("taken for %+v", found.Processes[0])
	}
}
