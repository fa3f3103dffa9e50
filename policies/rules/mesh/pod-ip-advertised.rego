package sluice.mesh

# METADATA
# title: Clients are told an address that the mesh does not know
# description: |
#   A proxy knows peers by the names and addresses of Services. A process that tells others to
#   dial the address of its pod or its node leads them to where their proxies send plaintext.
#   Its own proxy demands mTLS.
# custom:
#   rule: mesh/pod-ip-advertised
#   severity: error
#   subjects: [broker, controller, connect, schema-registry]
#   symptom: |
#     Connection to node 1003 (/10.244.1.7:9092) could not be established. Node may not be available.
#     LEADER_NOT_AVAILABLE
#     IO Error trying to forward REST request: java.net.ConnectException: Connection refused
#   signs:
#     - 'IO Error trying to forward REST request'
#   cause: |
#     The first connection, to a Service, works, and what it learns there does not: brokers give
#     the addresses of the leaders, workers of Kafka Connect and instances of Schema Registry
#     forward what only their leader may do. The address of a node is for clients outside of the
#     mesh, which have no certificate either; there the finding is a warning.
#   fix: |
#     Advertise the name of the pod behind a headless Service, as in
#     kafka-0.kafka-headless.events.svc.cluster.local, whose port has a name with tcp-.
#   versions: All versions of Istio; with PeerAuthentications that are STRICT.
#   source: https://github.com/istio/istio/issues/26791
findings contains {
	"rule": "mesh/pod-ip-advertised",
	"fact": "advertised",
	"message": sprintf(
		"%s of container %s advertises the address of the pod, to which clients' proxies send plaintext, but its own proxy demands mTLS",
		[input.advertised_name, input.container],
	),
} if {
	input.advertised == "pod-ip"
	input.advertised_mtls == "strict"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/pod-ip-advertised",
	"fact": "advertised",
	"message": sprintf(
		"%s of container %s advertises an IP address, to which clients' proxies send plaintext, but its own proxy demands mTLS",
		[input.advertised_name, input.container],
	),
} if {
	input.advertised == "ip"
	input.advertised_mtls == "strict"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/pod-ip-advertised",
	"fact": "advertised",
	"severity": "warning",
	"message": sprintf(
		"%s of container %s advertises the address of the node, from where nobody has the certificate that the proxy demands",
		[input.advertised_name, input.container],
	),
} if {
	input.advertised == "host-ip"
	input.advertised_mtls == "strict"
	input.in_mesh != "no"
}
