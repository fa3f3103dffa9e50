package sluice.mesh

# METADATA
# title: Members of a quorum have no names before they are ready
# description: |
#   The members of a quorum dial each other by the names that a headless Service gives to
#   its pods. Unless the Service publishes pods that are not ready, a pod has no name until
#   its readiness probe succeeds.
# custom:
#   rule: mesh/not-ready-peers-without-names
#   severity: warning
#   subjects: [service]
#   symptom: |
#     java.net.UnknownHostException: zookeeper-1.zookeeper-headless
#     Error resolving kafka-1.kafka-headless:9093 ... couldn't be resolved by DNS
#   signs:
#     - 'java.net.UnknownHostException:'
#     - 'couldn''t be resolved by DNS'
#   cause: |
#     A member that starts, or all of them after a cold start, cannot find the others, and in
#     a mesh a pod is ready only once its proxy is ready, too. If the probe itself needs the
#     quorum, as that of a combined KRaft node on a port of the broker does, none ever gets
#     ready: the finding is an error then. Without a probe names are only late, and the finding
#     informs.
#   fix: |
#     Set publishNotReadyAddresses: true in the spec of the Service.
#   versions: All versions of Kafka in KRaft mode and of ZooKeeper.
#   source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
findings contains {
	"rule": "mesh/not-ready-peers-without-names",
	"fact": "publishes_not_ready",
	"message": sprintf(
		"the members of the quorum find each other through Service %s, and have no names there until they are ready",
		[input.service],
	),
} if {
	input.publishes_not_ready == false
	input.names_peers == true
	input.readiness == "probed"
	input.headless == true
}

findings contains {
	"rule": "mesh/not-ready-peers-without-names",
	"fact": "publishes_not_ready",
	"severity": "error",
	"message": sprintf(
		"the members of the quorum find each other through Service %s and have no names there until they are ready, which they are only once they have found each other",
		[input.service],
	),
} if {
	input.publishes_not_ready == false
	input.names_peers == true
	input.readiness == "needs-quorum"
	input.headless == true
}

findings contains {
	"rule": "mesh/not-ready-peers-without-names",
	"fact": "publishes_not_ready",
	"severity": "info",
	"message": sprintf(
		"the members of the quorum find each other through Service %s, and have no names there until their containers and proxies are up",
		[input.service],
	),
} if {
	input.publishes_not_ready == false
	input.names_peers == true
	input.readiness == "always"
	input.headless == true
}
