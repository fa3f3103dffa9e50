package workload_test

import (
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

// expectation is what is expected of the only process of a pod.
type expectation struct {
	distribution string
	role         workload.Role
	controller   bool
	kraft        bool
	version      string
	reading      workload.Reading
}

func expect(t *testing.T, p *workload.Process, want expectation) {
	t.Helper()
	got := expectation{p.Distribution.Name, p.Role, p.Controller, p.KRaft, p.Version, p.Reading}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestImagesAreRecognised(t *testing.T) {
	const (
		bitnamiKafka     = "bitnami-kafka"
		bitnamiZooKeeper = "bitnami-zookeeper"
		official         = "official-zookeeper"
		confluent        = "confluent-kafka"
		apache           = "apache-kafka"
	)
	for _, test := range []struct{ image, distribution, version string }{
		{"bitnami/kafka", bitnamiKafka, ""},
		{"bitnami/kafka:latest", bitnamiKafka, ""},
		{"bitnami/kafka:3.4.0", bitnamiKafka, "3.4.0"},
		{"bitnami/kafka:3.4.0-debian-11-r22", bitnamiKafka, "3.4.0"},
		{"bitnami/kafka:3.4", bitnamiKafka, "3.4"},
		{"docker.io/bitnami/kafka:3.4.0@sha256:0123456789012345678901234567890123456789012345678901234567890123", bitnamiKafka, "3.4.0"},
		{"docker.io/bitnami/kafka@sha256:0123456789012345678901234567890123456789012345678901234567890123", bitnamiKafka, ""},
		{"docker.io/bitnamilegacy/kafka:4.0.0-debian-12-r10", bitnamiKafka, "4.0.0"},
		{"registry.example.com/bitnamisecure/kafka:latest", bitnamiKafka, ""},
		{"public.ecr.aws/bitnami/kafka:3.9.0", bitnamiKafka, "3.9.0"},
		{"REGISTRY.Example.COM/mirror/bitnami/kafka:3.9.0", bitnamiKafka, "3.9.0"},
		{"localhost/bitnami/kafka:3.9.0", bitnamiKafka, "3.9.0"},
		{"localhost:5000/kafka:3.6.1-debian-11-r4", bitnamiKafka, "3.6.1"},
		{"registry.example.com:5000/team/kafka:bitnami-3.4.0", bitnamiKafka, "3.4.0"},
		{"registry.example.com/team/bitnami-kafka:3.4.0", bitnamiKafka, "3.4.0"},
		{"registry.app-catalog.vmware.com/eam/prd/containers/photon-4/kafka:3.7.0-photon-4-r3", bitnamiKafka, "3.7.0"},
		{"bitnami/zookeeper:3.9.4-debian-12-r1", bitnamiZooKeeper, "3.9.4"},
		{"zookeeper:bitnami-3.8.1", bitnamiZooKeeper, "3.8.1"},
		{"registry.example.com/zookeeper:3.9.4-debian-12-r1", bitnamiZooKeeper, "3.9.4"},
		{"zookeeper", official, ""},
		{"zookeeper:3.9.4", official, "3.9.4"},
		{"zookeeper:3.9", official, "3.9"},
		{"docker.io/library/zookeeper:3.8.6-jre-17", official, "3.8.6"},
		{"registry.example.com/zookeeper:3.9.4", official, "3.9.4"},
		{"mirror.example.com/proxy/library/zookeeper:3.9.4", official, "3.9.4"},
		{"confluentinc/cp-kafka:7.6.1", confluent, "3.6"},
		{"confluentinc/cp-kafka:7.6.1-1-ubi8", confluent, "3.6"},
		{"confluentinc/cp-kafka:5.5.15", confluent, "2.5"},
		{"confluentinc/cp-kafka:99.1.0", confluent, ""},
		{"confluentinc/cp-kafka:latest.amd64", confluent, ""},
		{"registry.example.com/confluent/cp-server:8.0.0", confluent, "4.0"},
		{"confluentinc/cp-enterprise-kafka:5.4.1", confluent, "2.4"},
		{"confluentinc/cp-zookeeper:6.1.0", "confluent-zookeeper", "3.5"},
		{"confluentinc/cp-zookeeper:7.9.2", "confluent-zookeeper", "3.8"},
		{"apache/kafka:3.9.0", apache, "3.9.0"},
		{"apache/kafka-native:4.1.0-rc1", apache, "4.1.0"},
		{"registry.example.com/mirror/apache/kafka:latest", apache, ""},
	} {
		p := process(t, `{containers: [{name: main, image: "`+test.image+`"}]}`)
		if p.Distribution.Name != test.distribution || p.Version != test.version {
			t.Errorf("%s: %s %q, want %s %q", test.image, p.Distribution.Name, p.Version, test.distribution, test.version)
		}
		if p.Reading != workload.Read {
			t.Errorf("%s: variables are %s, want read", test.image, p.Reading)
		}
	}
}

func TestProcessesAreRecognised(t *testing.T) {
	for _, test := range []struct {
		name, spec string
		want       expectation
	}{
		{
			"Bitnami ZooKeeper as the chart starts it",
			`{containers: [{name: zookeeper, image: "docker.io/bitnami/zookeeper:3.9.4-debian-12-r1", command: [/scripts/setup.sh]}]}`,
			expectation{"bitnami-zookeeper", workload.ZooKeeper, false, false, "3.9.4", workload.Read},
		},
		{
			"Bitnami ZooKeeper as older charts start it",
			`{containers: [{name: zookeeper, image: "bitnami/zookeeper:3.7.0", command: [bash, -ec, "if [[ -f /bitnami/zookeeper/data/myid ]]; then\n` +
				`  export ZOO_SERVER_ID=\"$(cat /bitnami/zookeeper/data/myid)\"\nelse\n  HOSTNAME=` + "`hostname -s`" + `\n  if [[ $HOSTNAME =~ (.*)-([0-9]+)$ ]]; then\n` +
				`    ORD=${BASH_REMATCH[2]}\n    export ZOO_SERVER_ID=$((ORD + 1))\n  else\n    exit 1\n  fi\nfi\nexec /entrypoint.sh /run.sh\n"]}]}`,
			expectation{"bitnami-zookeeper", workload.ZooKeeper, false, false, "3.7.0", workload.Read},
		},
		{
			"Bitnami ZooKeeper under a private name, by what it mounts",
			`{containers: [{name: zk, image: "registry.example.com/data/our-zookeeper:7", volumeMounts: [{name: data, mountPath: /bitnami/zookeeper}]}]}`,
			expectation{"bitnami-zookeeper", workload.ZooKeeper, false, false, "", workload.Read},
		},
		{
			"Bitnami ZooKeeper under a private name, by its variables",
			`{containers: [{name: zk, image: "registry.example.com/data/zookeeper:3.8.0", env: [{name: ALLOW_ANONYMOUS_LOGIN, value: "yes"}]}]}`,
			expectation{"bitnami-zookeeper", workload.ZooKeeper, false, false, "3.8.0", workload.Read},
		},
		{
			"the official ZooKeeper under a private name, by its variables",
			`{containers: [{name: zk, image: "registry.example.com/data/zookeeper:3.8.0", env: [{name: ZOO_MY_ID, value: "1"}]}]}`,
			expectation{"official-zookeeper", workload.ZooKeeper, false, false, "3.8.0", workload.Read},
		},
		{
			"Bitnami Kafka of a chart up to 23, with ZooKeeper",
			`{containers: [{name: kafka, image: "bitnami/kafka:2.8.1", command: [/scripts/setup.sh],
			   env: [{name: KAFKA_CFG_ZOOKEEPER_CONNECT, value: "zk:2181"}, {name: KAFKA_CFG_LISTENERS, value: "PLAINTEXT://:9092"}]}]}`,
			expectation{"bitnami-kafka", workload.Broker, false, false, "2.8.1", workload.Read},
		},
		{
			"Bitnami Kafka by variables, KRaft",
			`{containers: [{name: kafka, image: "bitnami/kafka:3.9.0", env: [{name: KAFKA_CFG_PROCESS_ROLES, value: "controller,broker"}]}]}`,
			expectation{"bitnami-kafka", workload.Broker, true, true, "3.9.0", workload.Read},
		},
		{
			"Bitnami Kafka by the older names of its variables",
			`{containers: [{name: kafka, image: "bitnami/kafka:3.9.0", env: [{name: KAFKA_PROCESS_ROLES, value: "controller"}]}]}`,
			expectation{"bitnami-kafka", workload.Controller, true, true, "3.9.0", workload.Read},
		},
		{
			"Bitnami Kafka with every step of the image called by a script",
			`{containers: [{name: kafka, image: "bitnami/kafka:3.9.0", command: [bash, -c, "/opt/bitnami/scripts/kafka/setup.sh && exec /opt/bitnami/scripts/kafka/run.sh"]}]}`,
			expectation{"bitnami-kafka", workload.Broker, false, false, "3.9.0", workload.Read},
		},
		{
			"Bitnami Kafka whose entrypoint is left out",
			`{containers: [{name: kafka, image: "bitnami/kafka:3.9.0", command: [/opt/bitnami/scripts/kafka/run.sh]}]}`,
			expectation{"bitnami-kafka", workload.Broker, false, false, "3.9.0", workload.Bypassed},
		},
		{
			"Bitnami Kafka's scripts in an image of any name",
			`{containers: [{name: kafka, image: "example/broker:1", command: [/opt/bitnami/scripts/kafka/entrypoint.sh, /opt/bitnami/scripts/kafka/run.sh]}]}`,
			expectation{"bitnami-kafka", workload.Broker, false, false, "", workload.Read},
		},
		{
			"Confluent with ZooKeeper",
			`{containers: [{name: broker, image: "confluentinc/cp-kafka:7.6.1", env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: "zk:2181"}]}]}`,
			expectation{"confluent-kafka", workload.Broker, false, false, "3.6", workload.Read},
		},
		{
			"Confluent as its chart starts it",
			`{containers: [{name: cp-kafka-broker, image: "confluentinc/cp-enterprise-kafka:6.1.0", command: [sh, -exc,
			   "export KAFKA_BROKER_ID=${HOSTNAME##*-} && \\\nexport KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://${POD_NAME}.kafka:9092 && \\\nexec /etc/confluent/docker/run\n"]}]}`,
			expectation{"confluent-kafka", workload.Broker, false, false, "2.7", workload.Read},
		},
		{
			"Confluent controller",
			`{containers: [{name: controller, image: "confluentinc/cp-server:7.9.0", env: [{name: KAFKA_PROCESS_ROLES, value: controller}]}]}`,
			expectation{"confluent-kafka", workload.Controller, true, true, "3.9", workload.Read},
		},
		{
			"Kafka 4 has no ZooKeeper, whatever else is to be seen",
			`{containers: [{name: broker, image: "confluentinc/cp-kafka:8.1.0"}]}`,
			expectation{"confluent-kafka", workload.Broker, false, true, "4.1", workload.Read},
		},
		{
			"roles from a secret",
			`{containers: [{name: broker, image: "confluentinc/cp-kafka:7.6.1", env: [{name: KAFKA_PROCESS_ROLES, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}`,
			expectation{"confluent-kafka", workload.Broker, false, true, "3.6", workload.Read},
		},
		{
			"roles that envFrom may bring",
			`{containers: [{name: broker, image: "confluentinc/cp-kafka:7.6.1", envFrom: [{configMapRef: {name: c}}]}]}`,
			expectation{"confluent-kafka", workload.Broker, false, false, "3.6", workload.Read},
		},
		{
			"roles as an argument of Confluent's run script",
			`{containers: [{name: broker, image: "confluentinc/cp-kafka:7.6.1", command: [/etc/confluent/docker/run], args: [KAFKA_PROCESS_ROLES=controller]}]}`,
			expectation{"confluent-kafka", workload.Controller, true, true, "3.6", workload.Read},
		},
		{
			"the Apache image as it is",
			`{containers: [{name: kafka, image: "apache/kafka:3.9.0"}]}`,
			expectation{"apache-kafka", workload.Broker, true, true, "3.9.0", workload.Read},
		},
		{
			"the Apache image told to be a broker",
			`{containers: [{name: kafka, image: "apache/kafka:3.9.0", env: [{name: KAFKA_PROCESS_ROLES, value: broker}]}]}`,
			expectation{"apache-kafka", workload.Broker, false, true, "3.9.0", workload.Read},
		},
		{
			"the Apache image started past its run script",
			`{containers: [{name: kafka, image: "apache/kafka:3.9.0", command: [/opt/kafka/bin/kafka-server-start.sh, /config/server.properties], env: [{name: KAFKA_PROCESS_ROLES, value: controller}]}]}`,
			expectation{"apache-kafka", workload.Broker, false, false, "3.9.0", workload.Bypassed},
		},
		{
			"the Apache image started past its run script, as a controller",
			`{containers: [{name: kafka, image: "apache/kafka:3.9.0", command: [/opt/kafka/bin/kafka-server-start.sh, /opt/kafka/config/kraft/controller.properties]}]}`,
			expectation{"apache-kafka", workload.Controller, true, true, "3.9.0", workload.Bypassed},
		},
		{
			"the Apache image's run script in an image that looks like another one",
			`{containers: [{name: kafka, image: "example/kafka:3.9.0-debian-12-r1", command: [/etc/kafka/docker/run], env: [{name: KAFKA_PROCESS_ROLES, value: controller}]}]}`,
			expectation{"apache-kafka", workload.Controller, true, true, "3.9.0", workload.Read},
		},
		{
			"the official ZooKeeper with arguments of its own",
			`{containers: [{name: zk, image: "zookeeper:3.9.4", args: [zkServer.sh, start-foreground]}]}`,
			expectation{"official-zookeeper", workload.ZooKeeper, false, false, "3.9.4", workload.Read},
		},
		{
			"the official ZooKeeper through a shell and its entrypoint",
			`{containers: [{name: zk, image: "zookeeper:3.9.4", command: [sh, -c, "ZOO_MY_ID=$((${HOSTNAME##*-}+1)) exec /docker-entrypoint.sh zkServer.sh start-foreground"]}]}`,
			expectation{"official-zookeeper", workload.ZooKeeper, false, false, "3.9.4", workload.Read},
		},
		{
			"the official ZooKeeper past its entrypoint",
			`{containers: [{name: zk, image: "zookeeper:3.9.4", command: [sh, -c, "generate > /conf/zoo.cfg && zkServer.sh start-foreground"]}]}`,
			expectation{"official-zookeeper", workload.ZooKeeper, false, false, "3.9.4", workload.Bypassed},
		},
		{
			"the official ZooKeeper of the incubator chart",
			`{containers: [{name: zookeeper, image: "zookeeper:3.5.5", command: [/bin/bash, -xec, /config-scripts/run]}]}`,
			expectation{"incubator-zookeeper", workload.ZooKeeper, false, false, "3.5.5", workload.Read},
		},
		{
			"ZooKeeper's script in an image of any name",
			`{containers: [{name: zk, image: "example/coordination:1", command: [sh, -c, "zkGenConfig.sh && zkServer.sh start-foreground"]}]}`,
			expectation{"plain-zookeeper", workload.ZooKeeper, false, false, "", workload.NoContract},
		},
		{
			"ZooKeeper out of a Kafka image",
			`{containers: [{name: zk, image: "example/kafka:2.2.1", command: [./bin/zookeeper-server-start.sh, /etc/kafka/zookeeper.properties]}]}`,
			expectation{"plain-zookeeper", workload.ZooKeeper, false, false, "", workload.NoContract},
		},
		{
			"ZooKeeper out of Confluent's Kafka image",
			`{containers: [{name: zk, image: "confluentinc/cp-kafka:7.0.1", command: [zookeeper-server-start, /etc/kafka/zookeeper.properties]}]}`,
			expectation{"plain-zookeeper", workload.ZooKeeper, false, false, "", workload.NoContract},
		},
		{
			"Kafka's script in an image of any name",
			`{containers: [{name: broker, image: "example/kafka:2.2.1", command: [./bin/kafka-server-start.sh, /etc/kafka/server.properties]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.NoContract},
		},
		{
			"Koperator",
			`{containers: [{name: kafka, image: "ghcr.io/banzaicloud/kafka:2.13-3.4.1", command: [bash, -c,
			   "if [[ -n \"$ENVOY_SIDECAR_STATUS\" ]]; then\n  COUNT=0\n  while [ $COUNT -lt 30 ]; do sleep 1; done\nfi\ntouch /var/run/wait/do-not-exit-yet\n/opt/kafka/bin/kafka-server-start.sh /config/broker-config\nrm /var/run/wait/do-not-exit-yet\n"]}]}`,
			expectation{"koperator-kafka", workload.Broker, false, false, "3.4.1", workload.NoContract},
		},
		{
			"Strimzi's image with a command of somebody's own",
			`{containers: [{name: kafka, image: "quay.io/strimzi/kafka:0.45.0-kafka-3.9.0", command: [bin/kafka-server-start.sh, config/kraft/server.properties]}]}`,
			expectation{"plain-kafka", workload.Broker, true, true, "3.9.0", workload.NoContract},
		},
		{
			"the file tells a controller",
			`{containers: [{name: kafka, image: "example/kafka", command: [kafka-server-start.sh], args: [/opt/kafka/config/kraft/controller.properties]}]}`,
			expectation{"plain-kafka", workload.Controller, true, true, "", workload.NoContract},
		},
		{
			"an override tells a controller",
			`{containers: [{name: kafka, image: "example/kafka", command: [kafka-server-start.sh, /etc/x.properties, --override, process.roles=controller]}]}`,
			expectation{"plain-kafka", workload.Controller, true, true, "", workload.NoContract},
		},
		{
			"the main class",
			`{containers: [{name: kafka, image: "example/java", command: [java, -Xmx1g, -cp, "/opt/kafka/libs/*", kafka.Kafka, /etc/server.properties]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.NoContract},
		},
		{
			"wrappers in front",
			`{containers: [{name: kafka, image: "example/x", command: [/sbin/tini, -g, --, gosu, kafka, env, A=b, nice, -n, "5", bash, /opt/kafka/bin/kafka-server-start.sh, /etc/x]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.NoContract},
		},
		{
			"a shell with options",
			`{containers: [{name: kafka, image: "example/x", command: [/bin/bash, --noprofile, -euxo, pipefail, -c], args: ["kafka-server-start.sh /etc/x"]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.NoContract},
		},
		{
			"a shell that is given a file after its options",
			`{containers: [{name: kafka, image: "example/x", command: [bash, -x, --, /opt/kafka/bin/kafka-server-start.sh, /etc/x]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.NoContract},
		},
		{
			"in every kind of branch",
			`{containers: [{name: kafka, image: "example/x", command: [bash, -c, "case $ROLE in zk) exec zkCli.sh;; *) time { start() { for i in 1 2; do kafka-server-start.sh /etc/x; done; while true; do sleep 1; done; }; }; start;; esac"]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.NoContract},
		},
		{
			"a shell in a shell, a home in a variable",
			`{containers: [{name: kafka, image: "example/x", command: [bash, -lc, "set -e; su kafka -c \"exec $KAFKA_HOME/bin/kafka-server-start.sh $KAFKA_HOME/config/server.properties\""]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.NoContract},
		},
		{
			"Connect out of a broker's image",
			`{containers: [{name: c, image: "bitnami/kafka:3.9.0", command: [/opt/bitnami/kafka/bin/connect-distributed.sh, /config/c.properties], ports: [{containerPort: 8083}]}]}`,
			expectation{"plain-connect", workload.Connect, false, false, "", workload.NoContract},
		},
		{
			"a worker of Connect on its own",
			`{containers: [{name: c, image: "example/x", command: [sh, -c, "exec connect-standalone.sh /config/worker.properties /config/sink.properties"]}]}`,
			expectation{"plain-connect", workload.Connect, false, false, "", workload.NoContract},
		},
		{
			"MirrorMaker 2",
			`{containers: [{name: c, image: "bitnami/kafka:3.9.0", command: [connect-mirror-maker.sh, /config/mm2.properties]}]}`,
			expectation{"plain-mirrormaker", workload.MirrorMaker, false, false, "", workload.NoContract},
		},
		{
			"MirrorMaker 1",
			`{containers: [{name: c, image: "example/x", command: [kafka-mirror-maker.sh, --consumer.config, /config/c.properties, --producer.config, /config/p.properties, --whitelist, ".*"]}]}`,
			expectation{"plain-mirrormaker", workload.MirrorMaker, false, false, "", workload.NoContract},
		},
		{
			"a script that no shell can read but that says it",
			`{containers: [{name: kafka, image: "example/x", command: [sh, -c, "if then kafka-server-start.sh /etc/x ((("]}]}`,
			expectation{"plain-kafka", workload.Broker, false, false, "", workload.Unclear},
		},
		{
			"a script out of sight, in an image with its port",
			`{containers: [{name: kafka, image: "confluentinc/cp-server:7.9.0", command: [/bin/sh, -xc], args: ["/mnt/scripts/run false true"], ports: [{containerPort: 9092}]}]}`,
			expectation{"confluent-kafka", workload.Broker, false, false, "3.9", workload.Unclear},
		},
	} {
		t.Run(test.name, func(t *testing.T) { expect(t, process(t, test.spec), test.want) })
	}
}
