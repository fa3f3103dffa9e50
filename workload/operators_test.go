package workload_test

import (
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

// The pods of operators, each as its operator makes it.
func TestOperatorsPodsAreRecognised(t *testing.T) {
	const (
		strimziImage = `image: "quay.io/strimzi/kafka:0.45.0-kafka-3.9.0"`
		kafkaRun     = strimziImage + `, command: [/opt/kafka/kafka_run.sh]`
		connectRun   = strimziImage + `, command: [/opt/kafka/kafka_connect_run.sh]`
		koperator    = `image: "ghcr.io/adobe/koperator/kafka:2.13-3.9.2-jdk21.0.11", command: [bash, -c, "KAFKA_HOME=${KAFKA_HOME:-/opt/kafka}\n` +
			`${KAFKA_HOME}/bin/kafka-server-start.sh /config/broker-config\nKAFKA_EXIT=$?\nexit $KAFKA_EXIT\n"]`
	)
	for _, test := range []struct {
		name, labels, fields string
		want                 expectation
	}{
		{"a broker of Strimzi", `strimzi.io/broker-role: "true", strimzi.io/controller-role: "false"`, kafkaRun,
			expectation{"strimzi-kafka", workload.Broker, false, false, "3.9.0", workload.NoContract}},
		{"a controller of Strimzi", `strimzi.io/broker-role: "false", strimzi.io/controller-role: "true"`, kafkaRun,
			expectation{"strimzi-kafka", workload.Controller, true, true, "3.9.0", workload.NoContract}},
		{"a combined node of Strimzi", `strimzi.io/broker-role: "true", strimzi.io/controller-role: "true"`, kafkaRun,
			expectation{"strimzi-kafka", workload.Broker, true, true, "3.9.0", workload.NoContract}},
		{"a broker of Strimzi with Kafka 4", `strimzi.io/broker-role: "true"`, `image: "quay.io/strimzi/kafka:1.2.0-kafka-4.2.0", command: [/opt/kafka/kafka_run.sh]`,
			expectation{"strimzi-kafka", workload.Broker, false, true, "4.2.0", workload.NoContract}},
		{"IBM Event Streams, by args and labels of its own", `eventstreams.ibm.com/controller-role: "true"`,
			`image: "cp.icr.io/cp/ibm-eventstreams-kafka@sha256:0123456789012345678901234567890123456789012345678901234567890123", args: [/opt/kafka/kafka_run.sh]`,
			expectation{"strimzi-kafka", workload.Controller, true, true, "", workload.NoContract}},
		{"AMQ Streams", `strimzi.io/broker-role: "true"`, `image: "registry.redhat.io/amq-streams/kafka-38-rhel9:2.8.0", command: [/opt/kafka/kafka_run.sh]`,
			expectation{"strimzi-kafka", workload.Broker, false, false, "", workload.NoContract}},
		{"a node of Strimzi without labels", ``, kafkaRun,
			expectation{"strimzi-kafka", workload.Broker, false, false, "3.9.0", workload.NoContract}},
		{"ZooKeeper of Strimzi", ``, strimziImage + `, command: [/opt/kafka/zookeeper_run.sh]`,
			expectation{"strimzi-zookeeper", workload.ZooKeeper, false, false, "", workload.Read}},
		{"Connect of Strimzi", `strimzi.io/kind: KafkaConnect`, connectRun,
			expectation{"strimzi-connect", workload.Connect, false, false, "3.9.0", workload.Read}},
		{"Connect of Strimzi in an image with plugins", `strimzi.io/kind: KafkaConnect`, `image: "registry.example.com/team/cdc:7", command: [/opt/kafka/kafka_connect_run.sh]`,
			expectation{"strimzi-connect", workload.Connect, false, false, "", workload.Read}},
		{"MirrorMaker 2 of Strimzi, by its label", `strimzi.io/kind: KafkaMirrorMaker2`, connectRun,
			expectation{"strimzi-mirrormaker", workload.MirrorMaker, false, false, "3.9.0", workload.NoContract}},
		{"MirrorMaker 2 of Strimzi, by its script", `strimzi.io/kind: KafkaMirrorMaker2`, strimziImage + `, command: [/opt/kafka/kafka_mirror_maker_2_run.sh]`,
			expectation{"strimzi-mirrormaker", workload.MirrorMaker, false, false, "3.9.0", workload.NoContract}},
		{"the first MirrorMaker of Strimzi", ``, strimziImage + `, command: [/opt/kafka/kafka_mirror_maker_run.sh]`,
			expectation{"strimzi-mirrormaker", workload.MirrorMaker, false, false, "3.9.0", workload.NoContract}},
		{"the bridge of Strimzi", ``, `image: "quay.io/strimzi/kafka-bridge:0.31.1", command: [/opt/strimzi/bin/docker/kafka_bridge_run.sh]`,
			expectation{"strimzi-bridge", workload.Bridge, false, false, "", workload.NoContract}},
		{"the bridge on its own", ``, `image: "quay.io/strimzi/kafka-bridge:0.31.1"`,
			expectation{"strimzi-bridge", workload.Bridge, false, false, "", workload.NoContract}},
		{"Cruise Control of Strimzi", ``, strimziImage + `, command: [/opt/cruise-control/cruise_control_run.sh]`,
			expectation{"strimzi-cruise-control", workload.CruiseControl, false, false, "3.9.0", workload.NoContract}},

		{"a broker of Koperator", `isBrokerNode: "true", isControllerNode: "false"`, koperator,
			expectation{"koperator-kafka", workload.Broker, false, false, "3.9.2", workload.NoContract}},
		{"a broker of Koperator with KRaft", `processRoles: broker, isBrokerNode: "true", isControllerNode: "false"`, koperator,
			expectation{"koperator-kafka", workload.Broker, false, true, "3.9.2", workload.NoContract}},
		{"a controller of Koperator", `processRoles: controller, isBrokerNode: "false", isControllerNode: "true"`, koperator,
			expectation{"koperator-kafka", workload.Controller, true, true, "3.9.2", workload.NoContract}},
		{"a combined node of Koperator", `processRoles: broker_controller, isBrokerNode: "true", isControllerNode: "true"`, koperator,
			expectation{"koperator-kafka", workload.Broker, true, true, "3.9.2", workload.NoContract}},
		{"a broker of Koperator with TLS, long ago", ``, `image: "wurstmeister/kafka:2.12-2.3.0", command: [bash, -c, /opt/kafka/bin/kafka-server-start.sh /mod-config/broker-config]`,
			expectation{"koperator-kafka", workload.Broker, false, false, "2.3.0", workload.NoContract}},
		{"Cruise Control of Koperator", ``, `image: "ghcr.io/banzaicloud/cruise-control:2.5.123"`,
			expectation{"koperator-cruise-control", workload.CruiseControl, false, false, "", workload.NoContract}},
		{"Cruise Control of Adobe's Koperator", ``, `image: "adobe/cruise-control:3.0.3-adbe-20260722"`,
			expectation{"koperator-cruise-control", workload.CruiseControl, false, false, "", workload.NoContract}},

		{"ZooKeeper of Pravega's operator", ``, `image: "pravega/zookeeper:0.2.15", command: [/usr/local/bin/zookeeperStart.sh]`,
			expectation{"pravega-zookeeper", workload.ZooKeeper, false, false, "", workload.NoContract}},

		{"a broker of Confluent's operator", `platform.confluent.io/type: kafka`, `image: "confluentinc/cp-server:8.0.0", command: [/bin/sh, -xc], args: ["/mnt/config/kafka/bin/run false true"]`,
			expectation{"cfk-kafka", workload.Broker, false, true, "4.0", workload.NoContract}},
		{"a controller of Confluent's operator", `platform.confluent.io/type: kraftcontroller`, `image: "confluentinc/cp-server:7.9.0", command: [/bin/sh, -xc], args: [/mnt/config/kraftcontroller/bin/run]`,
			expectation{"cfk-kafka", workload.Controller, true, true, "3.9", workload.NoContract}},
		{"ZooKeeper of Confluent's operator", ``, `image: "confluentinc/cp-zookeeper:7.9.0", command: [/bin/sh, -xc], args: [/mnt/config/zookeeper/bin/run]`,
			expectation{"cfk-zookeeper", workload.ZooKeeper, false, false, "3.8", workload.NoContract}},
		{"Connect of Confluent's operator", ``, `image: "confluentinc/cp-server-connect:8.0.0", command: [/bin/sh, -xc], args: [/mnt/config/connect/bin/run]`,
			expectation{"cfk-connect", workload.Connect, false, false, "", workload.NoContract}},
		{"Connect of Confluent's operator in an image with plugins", ``, `image: "registry.example.com/team/my-connect:3", command: [/bin/sh, -xc], args: [/mnt/config/connect/bin/run], volumeMounts: [{name: pod-shared-workdir, mountPath: /mnt/config}]`,
			expectation{"cfk-connect", workload.Connect, false, false, "", workload.NoContract}},
		{"Schema Registry of Confluent's operator", ``, `image: "confluentinc/cp-schema-registry:8.0.0", command: [/bin/sh, -xc], args: [/mnt/config/schemaregistry/bin/run]`,
			expectation{"cfk-schema-registry", workload.SchemaRegistry, false, false, "", workload.NoContract}},
		{"REST Proxy of Confluent's operator", ``, `image: "confluentinc/cp-kafka-rest:8.0.0", command: [/bin/sh, -xc], args: [/mnt/config/kafkarestproxy/bin/run]`,
			expectation{"cfk-rest-proxy", workload.Bridge, false, false, "", workload.NoContract}},
		{"Control Center of Confluent's operator", ``, `image: "confluentinc/cp-enterprise-control-center-next-gen:2.2.0", command: [/bin/sh, -xc], args: [/mnt/config/controlcenter/bin/run]`,
			expectation{"cfk-client", workload.Client, false, false, "", workload.NoContract}},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := recognise(parse(t, `{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {`+test.labels+`}}, spec: {containers: [{name: c, `+test.fields+`}]}}`))
			if found == nil || len(found.Processes) != 1 {
				t.Fatalf("found %+v", found)
			}
			expect(t, found.Processes[0], test.want)
		})
	}
}
