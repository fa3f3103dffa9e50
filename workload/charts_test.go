package workload_test

import (
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

// What charts and people run, apart from the servers of recognise_test.go.
func TestWhatIsFoundInChartsIsRecognised(t *testing.T) {
	for _, test := range []struct {
		name, fields string
		want         expectation
	}{
		{"the tutorial's ZooKeeper, in a shell", `image: "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", command: [sh, -c, "start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data"]`,
			expectation{"tutorial-zookeeper", workload.ZooKeeper, false, false, "3.4.10", workload.NoContract}},
		{"the tutorial's ZooKeeper, without a shell", `image: "gcr.io/google_containers/kubernetes-zookeeper:1.0-3.4.10", command: [start-zookeeper, --servers=3]`,
			expectation{"tutorial-zookeeper", workload.ZooKeeper, false, false, "3.4.10", workload.NoContract}},
		{"the tutorial's ZooKeeper under a private name", `image: "registry.example.com/team/zk:1", command: [sh, -c, "exec start-zookeeper --servers=3"]`,
			expectation{"tutorial-zookeeper", workload.ZooKeeper, false, false, "", workload.NoContract}},
		{"k8szk", `image: "gcr.io/google_samples/k8szk:v2", command: [sh, -c, "zkGenConfig.sh && zkServer.sh start-foreground"]`,
			expectation{"k8szk", workload.ZooKeeper, false, false, "", workload.Read}},
		{"k8szk of the first incubator chart", `image: "gcr.io/google_samples/k8szk:v2", command: [sh, -c, "zkGenConfig.sh && exec zkServer.sh start-foreground"]`,
			expectation{"k8szk", workload.ZooKeeper, false, false, "", workload.Read}},
		{"k8szk without its generator", `image: "gcr.io/google_samples/k8szk:v2", command: [zkServer.sh, start-foreground]`,
			expectation{"k8szk", workload.ZooKeeper, false, false, "", workload.Bypassed}},
		{"k8skafka", `image: "gcr.io/google_samples/k8skafka:v1", command: [sh, -c, "exec kafka-server-start.sh /opt/kafka/config/server.properties --override broker.id=${HOSTNAME##*-} --override listeners=PLAINTEXT://:9093"]`,
			expectation{"k8skafka", workload.Broker, false, false, "", workload.NoContract}},
		{"the incubator chart's Kafka", `image: "confluentinc/cp-kafka:5.0.1", command: [sh, -exc, "unset KAFKA_PORT && export KAFKA_BROKER_ID=${POD_NAME##*-} && exec /etc/confluent/docker/run"]`,
			expectation{"confluent-kafka", workload.Broker, false, false, "2.0", workload.Read}},
		{"the incubator chart's ZooKeeper, mirrored", `image: "registry.example.com/zookeeper:3.5.5", command: [/bin/bash, -xec, /config-scripts/run], env: [{name: ZK_REPLICAS, value: "3"}]`,
			expectation{"incubator-zookeeper", workload.ZooKeeper, false, false, "3.5.5", workload.Read}},
		{"Yolean's Kafka", `image: "solsson/kafka:2.5.1@sha256:0123456789012345678901234567890123456789012345678901234567890123", command: [./bin/kafka-server-start.sh, /etc/kafka/server.properties.$(POD_NAME)]`,
			expectation{"yolean-kafka", workload.Broker, false, false, "2.5.1", workload.NoContract}},
		{"Yolean's ZooKeeper", `image: "solsson/kafka:2.5.1", command: [./bin/zookeeper-server-start.sh, /etc/kafka/zookeeper.properties.scale-5.$(POD_NAME)]`,
			expectation{"yolean-zookeeper", workload.ZooKeeper, false, false, "", workload.NoContract}},
		{"wurstmeister's Kafka", `image: "wurstmeister/kafka:2.13-2.8.1", env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: "zk:2181"}]`,
			expectation{"wurstmeister-kafka", workload.Broker, false, false, "2.8.1", workload.Read}},
		{"wurstmeister's Kafka, by its script", `image: "wurstmeister/kafka", command: [/bin/sh, -c, "export KAFKA_BROKER_ID=${HOSTNAME##*-} && start-kafka.sh"]`,
			expectation{"wurstmeister-kafka", workload.Broker, false, false, "", workload.Read}},
		{"wurstmeister's ZooKeeper", `image: "wurstmeister/zookeeper:3.4.6"`,
			expectation{"wurstmeister-zookeeper", workload.ZooKeeper, false, false, "", workload.NoContract}},
		{"Debezium", `image: "quay.io/debezium/connect:3.0", env: [{name: BOOTSTRAP_SERVERS, value: "kafka:9092"}]`,
			expectation{"debezium-connect", workload.Connect, false, false, "", workload.Read}},
		{"Debezium past its entrypoint", `image: "debezium/connect:2.7", command: [/kafka/bin/connect-distributed.sh, /config/c.properties]`,
			expectation{"debezium-connect", workload.Connect, false, false, "", workload.Bypassed}},
		{"Confluent's Connect", `image: "confluentinc/cp-kafka-connect-base:7.9.0"`,
			expectation{"confluent-connect", workload.Connect, false, false, "", workload.Read}},
		{"Confluent's Connect with a script of the chart's", `image: "confluentinc/cp-kafka-connect:6.1.0", command: [/bin/bash, -c, "/etc/confluent/docker/run &\n$CUSTOM_SCRIPT_PATH\nsleep infinity\n"]`,
			expectation{"confluent-connect", workload.Connect, false, false, "", workload.Read}},
		{"Replicator", `image: "confluentinc/cp-enterprise-replicator:7.9.0"`,
			expectation{"confluent-connect", workload.Connect, false, false, "", workload.Read}},
		{"Connect out of the Apache image", `image: "apache/kafka:4.1.0", command: [/opt/kafka/bin/connect-distributed.sh, /config/c.properties]`,
			expectation{"plain-connect", workload.Connect, false, false, "", workload.NoContract}},
		{"Connect by its class", `image: "example/java", command: [java, -cp, "/opt/kafka/libs/*", org.apache.kafka.connect.cli.ConnectDistributed, /config/c.properties]`,
			expectation{"plain-connect", workload.Connect, false, false, "", workload.NoContract}},
		{"MirrorMaker by its class", `image: "example/x", command: [kafka-run-class.sh, org.apache.kafka.connect.mirror.MirrorMaker, /config/mm2.properties]`,
			expectation{"plain-mirrormaker", workload.MirrorMaker, false, false, "", workload.NoContract}},
		{"Confluent's Schema Registry", `image: "confluentinc/cp-schema-registry:7.9.0"`,
			expectation{"confluent-schema-registry", workload.SchemaRegistry, false, false, "", workload.Read}},
		{"Bitnami's Schema Registry", `image: "docker.io/bitnami/schema-registry:7.7.0-debian-12-r0"`,
			expectation{"bitnami-schema-registry", workload.SchemaRegistry, false, false, "", workload.Read}},
		{"Schema Registry by its script", `image: "registry.example.com/our-schema-registry:1", command: [schema-registry-start, /etc/sr.properties]`,
			expectation{"plain-schema-registry", workload.SchemaRegistry, false, false, "", workload.NoContract}},
		{"REST Proxy", `image: "confluentinc/cp-kafka-rest:7.9.0"`,
			expectation{"confluent-rest-proxy", workload.Bridge, false, false, "", workload.Read}},
		{"ksqlDB", `image: "confluentinc/cp-ksqldb-server:7.9.0"`,
			expectation{"confluent-client", workload.Client, false, false, "", workload.Read}},
		{"Control Center", `image: "confluentinc/cp-enterprise-control-center:7.9.0"`,
			expectation{"confluent-client", workload.Client, false, false, "", workload.Read}},
		{"Cruise Control", `image: "example/cc", command: [sh, -c, "cd /cruise-control && exec ./kafka-cruise-control-start.sh config/cruisecontrol.properties 8090"]`,
			expectation{"cruise-control", workload.CruiseControl, false, false, "", workload.NoContract}},
	} {
		t.Run(test.name, func(t *testing.T) { expect(t, process(t, container(test.fields)), test.want) })
	}
}

func TestTheirVariablesBecomeProperties(t *testing.T) {
	for _, test := range []struct{ name, fields, property, want string }{
		{"wurstmeister", `image: wurstmeister/kafka, env: [{name: KAFKA_ADVERTISED_LISTENERS, value: "A://a:1"}]`, "advertised.listeners", "A://a:1"},
		{"wurstmeister's exceptions", `image: wurstmeister/kafka, env: [{name: KAFKA_OPTS, value: "-Dx"}]`, "opts", ""},
		{"Debezium's rule", `image: debezium/connect, env: [{name: CONNECT_BOOTSTRAP_SERVERS, value: "b:9092"}]`, "bootstrap.servers", "b:9092"},
		{"Debezium's own names come last", `image: debezium/connect, env: [{name: CONNECT_GROUP_ID, value: a}, {name: GROUP_ID, value: b}]`, "group.id", "b"},
		{"Debezium's default", `image: debezium/connect`, "group.id", "1"},
		{"Confluent's Connect", `image: cp-kafka-connect, env: [{name: CONNECT_REST_ADVERTISED_HOST_NAME, value: c}]`, "rest.advertised.host.name", "c"},
		{"Confluent's Schema Registry", `image: cp-schema-registry, env: [{name: SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS, value: "PLAINTEXT://k:9092"}]`, "kafkastore.bootstrap.servers", "PLAINTEXT://k:9092"},
		{"REST Proxy", `image: cp-kafka-rest, env: [{name: KAFKA_REST_BOOTSTRAP_SERVERS, value: "PLAINTEXT://k:9092"}]`, "bootstrap.servers", "PLAINTEXT://k:9092"},
		{"ksqlDB", `image: cp-ksqldb-server, env: [{name: KSQL_BOOTSTRAP_SERVERS, value: "k:9092"}]`, "bootstrap.servers", "k:9092"},
		{"Bitnami's Schema Registry", `image: bitnami/schema-registry, env: [{name: SCHEMA_REGISTRY_KAFKA_BROKERS, value: "PLAINTEXT://k:9092"}]`, "kafkastore.bootstrap.servers", "PLAINTEXT://k:9092"},
		{"Bitnami's Schema Registry with a file", `image: bitnami/schema-registry, env: [{name: SCHEMA_REGISTRY_KAFKA_BROKERS, value: x}], volumeMounts: [{name: c, mountPath: /opt/bitnami/schema-registry/etc/schema-registry}]`, "kafkastore.bootstrap.servers", ""},
		{"k8szk", `image: k8szk, command: [sh, -c, "zkGenConfig.sh && zkServer.sh start-foreground"], env: [{name: ZK_TICK_TIME, value: "3000"}]`, "tickTime", "3000"},
		{"k8szk misspells this one", `image: k8szk, command: [sh, -c, "zkGenConfig.sh && zkServer.sh start-foreground"], env: [{name: ZK_PURGE_INTERVAL, value: "3"}]`, "autopurge.purgeInterval", ""},
		{"the incubator chart", `image: "zookeeper:3.5.5", command: [/config-scripts/run], env: [{name: ZK_PURGE_INTERVAL, value: "3"}]`, "autopurge.purgeInterval", "3"},
		{"Strimzi's ZooKeeper", `image: x, command: [/opt/kafka/zookeeper_run.sh], env: [{name: ZOOKEEPER_CONFIGURATION, value: "tickTime=2000\nquorumListenOnAllIPs=true\n"}]`, "quorumListenOnAllIPs", "true"},
		{"Strimzi's Connect", `image: x, command: [/opt/kafka/kafka_connect_run.sh], env: [{name: KAFKA_CONNECT_BOOTSTRAP_SERVERS, value: "k:9093"}, {name: KAFKA_CONNECT_CONFIGURATION, value: "group.id=c\n"}]`, "bootstrap.servers", "k:9093"},
		{"k8skafka", `image: k8skafka, command: [sh, -c, "exec kafka-server-start.sh /opt/kafka/config/server.properties --override zookeeper.connect=zk:2181"]`, "zookeeper.connect", "zk:2181"},
	} {
		setting, ok := process(t, container(test.fields)).Property(test.property)
		if got := setting.Value; got != test.want || ok != (test.want != "") {
			t.Errorf("%s: %s is %+v, want %q", test.name, test.property, setting, test.want)
		}
	}
}

func TestServiceLinksHarmByTheVariableOfTheImage(t *testing.T) {
	for _, test := range []struct {
		fields, service string
		want            workload.ServiceLinks
	}{
		{"image: cp-schema-registry", "schema-registry", workload.LinksStopStart},
		{`image: cp-schema-registry, env: [{name: SCHEMA_REGISTRY_PORT, value: ""}]`, "schema-registry", workload.LinksIgnored},
		{"image: cp-kafka-rest", "kafka-rest", workload.LinksStopStart},
		{"image: cp-kafka-connect", "connect-rest", workload.LinksBecomeSettings},
		{"image: wurstmeister/kafka", "kafka", workload.LinksBecomeSettings},
		{`image: cp-kafka, command: [sh, -c, "unset KAFKA_PORT && exec /etc/confluent/docker/run"]`, "kafka", workload.LinksIgnored},
		{"image: debezium/connect", "", workload.LinksIgnored},
		{"image: bitnami/schema-registry", "", workload.LinksIgnored},
	} {
		p := process(t, container(test.fields))
		if got := p.LinksHarm(); got != test.want || p.Distribution.LinkService() != test.service {
			t.Errorf("%s: a Service called %q %s, want %q %s", strings.TrimSpace(test.fields), p.Distribution.LinkService(), got, test.service, test.want)
		}
	}
}
