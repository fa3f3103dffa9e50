package sluice.mesh

# METADATA
# title: The proxy may exit before the broker has shut down
# description: |
#   On SIGTERM a broker hands over its partitions, which needs the network. A classic
#   sidecar gets the same SIGTERM at the same time, and leaves after a fixed time.
# custom:
#   rule: mesh/proxy-exits-before-broker
#   severity: warning
#   subjects: [broker, controller]
#   symptom: |
#     Timed out waiting for the controller to approve controlled shutdown
#     Proceeding to do an unclean shutdown as all the controlled shutdown attempts failed
#   signs:
#     - 'Timed out waiting for the controller to approve controlled shutdown'
#     - 'Proceeding to do an unclean shutdown as all the controlled shutdown attempts failed'
#   cause: |
#     istio-proxy drains for terminationDrainDuration, five seconds by default, and then
#     cuts every connection. A broker that uses ZooKeeper tries three times and goes down
#     uncleanly; a KRaft broker waits five minutes, which no grace period lasts, and is
#     killed. The exit code is 143 either way: only the log tells.
#   fix: |
#     Annotate the pod with proxy.istio.io/config:
#     '{"proxyMetadata": {"EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "true"}}', set
#     terminationDrainDuration there to the pod's terminationGracePeriodSeconds, or use
#     native sidecars.
#   versions: All versions of Kafka, with classic sidecars. EXIT_ON_ZERO_ACTIVE_CONNECTIONS exists since Istio 1.12.
#   source: https://istio.io/latest/news/releases/1.12.x/announcing-1.12/change-notes/
findings contains {
	"rule": "mesh/proxy-exits-before-broker",
	"fact": "proxy_outlives_app",
	"message": sprintf(
		"the proxy leaves %d seconds after SIGTERM, even if the %s is still in its controlled shutdown",
		[input.proxy_drain_seconds, input.subject],
	),
} if {
	input.proxy_outlives_app == false
	input.proxy_config != "malformed"
	input.in_mesh != "no"
}
