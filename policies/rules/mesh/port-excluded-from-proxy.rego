package sluice.mesh

# METADATA
# title: A port without TLS of its own is kept from the proxy
# description: |
#   The annotations traffic.sidecar.istio.io/excludeInboundPorts and excludeOutboundPorts
#   keep connections from the proxy, so that they are neither encrypted nor known by an
#   identity, whatever PeerAuthentications say.
# custom:
#   rule: mesh/port-excluded-from-proxy
#   severity: warning
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     Connection reset by peer
#     "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.244.0.9:3888 10.244.0.8:41234 - -
#     nothing in the access log of istio-proxy for the port
#   signs:
#     - 'NR filter_chain_not_found ...:3888 '
#   cause: |
#     Excluding 2888 and 3888 was the way to get a quorum up before Istio 1.10. A port that is
#     excluded on one side only does not work at all: plaintext meets a proxy that demands
#     mTLS, or mTLS meets a server that does not speak it. A port on which the process does
#     mutual TLS of its own is not found: to exclude it is right.
#   fix: |
#     Take the port out of the annotation. ZooKeeper may need quorumListenOnAllIPs=true where
#     proxies deliver to localhost.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/reference/config/annotations/
findings contains {
	"rule": "mesh/port-excluded-from-proxy",
	"fact": "excluded_port",
	"message": sprintf(
		"this keeps port %d from the proxy, so what comes to container %s there is neither encrypted nor known",
		[input.excluded_port, input.container],
	),
} if {
	input.excluded_way == "inbound"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/port-excluded-from-proxy",
	"fact": "excluded_port",
	"message": sprintf(
		"this keeps what the pod sends to port %d from the proxy, so it is plaintext, which others of its kind refuse where they demand mTLS",
		[input.excluded_port],
	),
} if {
	input.excluded_way == "outbound"
	input.in_mesh != "no"
}
