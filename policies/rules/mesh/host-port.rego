package sluice.mesh

# METADATA
# title: A port of the node leads to a port that demands mTLS
# description: |
#   A hostPort is for clients that dial the node. Its connections come to the pod's proxy,
#   which asks for a certificate of the mesh.
# custom:
#   rule: mesh/host-port
#   severity: warning
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     org.apache.kafka.common.errors.DisconnectException
#     inbound_9092 ... NR filter_chain_not_found
#   cause: |
#     Clients outside of the mesh have no such certificate. Those inside find no Service for
#     the address of a node, so their proxies pass the connection on in plaintext. Both are
#     reset.
#   fix: |
#     Let clients of the mesh dial a Service, and take out hostPort. For clients outside use a
#     gateway, or a listener with TLS of its own on a port that portLevelMtls excepts.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/ops/deployment/application-requirements/
findings contains {
	"rule": "mesh/host-port",
	"fact": "host_port",
	"message": sprintf(
		"clients that dial port %d of the node cannot have the certificate that the proxy of container %s demands",
		[input.host_port, input.container],
	),
} if {
	input.host_port_mtls == "strict"
	input.open_listener == ""
	input.in_mesh != "no"
}
