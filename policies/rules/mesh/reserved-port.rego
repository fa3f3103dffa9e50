package sluice.mesh

# METADATA
# title: A container listens on a port of the proxy
# description: |
#   Istio's proxy and agent listen on ports of their own in each pod: 15000, 15001, 15002,
#   15004, 15006, 15008, 15020, 15021, 15053 and 15090. Containers of a pod share its network,
#   so none of them can have one of these, too.
# custom:
#   rule: mesh/reserved-port
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     java.net.BindException: Address already in use
#     error initializing admin listener: cannot bind '127.0.0.1:15000': Address already in use
#   signs:
#     - 'error initializing admin listener: cannot bind'
#     - 'java.net.BindException: Address already in use'
#   cause: |
#     Whoever comes second does not start: the proxy, and with it the pod, or the container.
#   fix: |
#     Choose another port.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/ops/deployment/application-requirements/
findings contains {
	"rule": "mesh/reserved-port",
	"fact": "reserved_port",
	"message": sprintf(
		"port %d belongs to Istio in every pod with a sidecar, so container %s and the proxy cannot both start",
		[input.reserved_port, input.container],
	),
} if {
	input.takes_reserved_port == true
	input.in_mesh != "no"
}
