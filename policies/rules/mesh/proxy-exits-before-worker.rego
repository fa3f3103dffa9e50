package sluice.mesh

# METADATA
# title: The proxy may exit before the Connect worker has stopped
# description: |
#   On SIGTERM a worker of Kafka Connect stops its tasks, which commit what they have
#   done, and leaves its group. A classic sidecar gets the same SIGTERM at the same time,
#   and leaves after a fixed time.
# custom:
#   rule: mesh/proxy-exits-before-worker
#   severity: warning
#   subjects: [connect, mirrormaker]
#   symptom: |
#     Graceful stop of task orders-sink-0 failed.
#   signs:
#     - 'Graceful stop of task ... failed.'
#   cause: |
#     The tasks have five seconds to stop (task.shutdown.graceful.timeout.ms), as long as
#     istio-proxy lasts by default (terminationDrainDuration); the last commits and the
#     leave of the group come after that. What could not be committed is done again, and
#     the group waits for the worker until its session has timed out.
#   fix: |
#     Annotate the pod with proxy.istio.io/config:
#     '{"proxyMetadata": {"EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "true"}}', set
#     terminationDrainDuration there to the pod's terminationGracePeriodSeconds, or use
#     native sidecars.
#   versions: All versions of Kafka Connect and MirrorMaker, with classic sidecars. EXIT_ON_ZERO_ACTIVE_CONNECTIONS exists since Istio 1.12.
#   source: https://kafka.apache.org/documentation/#connectconfigs_task.shutdown.graceful.timeout.ms
findings contains {
	"rule": "mesh/proxy-exits-before-worker",
	"fact": "proxy_outlives_app",
	"message": sprintf(
		"the proxy leaves %d seconds after SIGTERM, even if container %s still has something to commit",
		[input.proxy_drain_seconds, input.container],
	),
} if {
	input.proxy_outlives_app == false
	input.proxy_config != "malformed"
	input.in_mesh != "no"
}
