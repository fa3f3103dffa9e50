package sluice.mesh

# METADATA
# title: A broker is killed in its shutdown
# description: |
#   On SIGTERM a broker hands over the leadership of its partitions, writes what it has in
#   memory, and then leaves. What it has not done by the end of the grace period is lost to
#   SIGKILL, and the next start has to recover.
# custom:
#   rule: mesh/grace-period-too-short
#   severity: warning
#   subjects: [broker, controller]
#   symptom: |
#     Found file /var/lib/kafka/data/.kafka_cleanshutdown: false
#     Recovering unflushed segment
#     the container ends with exit code 137
#   signs:
#     - 'Recovering unflushed segment'
#   cause: |
#     The pod gives less than the 30 seconds that Kubernetes gives by default. Behind a proxy
#     each step takes longer, not shorter. If the preStop hook of the broker sleeps for all of
#     the grace period, the broker hears of its end only when it is killed, which is an
#     error.
#   fix: |
#     Set terminationGracePeriodSeconds to 120 or more, and well above what preStop takes.
#   versions: All versions of Kafka.
#   source: https://kafka.apache.org/documentation/#basic_ops_restarting
findings contains {
	"rule": "mesh/grace-period-too-short",
	"fact": "grace_seconds",
	"message": sprintf(
		"the %s has %d seconds to hand over its partitions before it is killed",
		[input.subject, input.grace_seconds],
	),
} if {
	input.grace == "short"
}

findings contains {
	"rule": "mesh/grace-period-too-short",
	"fact": "pre_stop_seconds",
	"severity": "error",
	"message": sprintf(
		"the preStop hook of container %s sleeps %d seconds of the %d that it has before it is killed",
		[input.container, input.pre_stop_seconds, input.grace_seconds],
	),
} if {
	input.grace == "spent"
}
