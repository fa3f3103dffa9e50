package sluice.mesh

# METADATA
# title: Everything is encrypted twice
# description: |
#   Kafka or ZooKeeper does TLS of its own on a port, and the proxies put their mTLS around
#   it.
# custom:
#   rule: mesh/tls-inside-tls
#   severity: info
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     the broker and its proxy both spend processor time on encryption
#     org.apache.kafka.common.errors.SslAuthenticationException: SSL handshake failed
#   cause: |
#     It works, and costs: what Kafka's own TLS takes is spent again by two proxies, and
#     consumers lose the transfer of files without copying. Who the mesh has proved is not
#     told to the broker either. There are good reasons for it, such as clients outside of the
#     mesh on the same listener.
#   fix: |
#     Use plaintext listeners and the mesh's mTLS for clients in the mesh, or keep the port
#     from the proxy (traffic.sidecar.istio.io/excludeInboundPorts) if the process does mutual
#     TLS.
#   versions: All versions of Kafka and ZooKeeper.
#   source: https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/
findings contains {
	"rule": "mesh/tls-inside-tls",
	"fact": "tls_inside",
	"message": sprintf(
		"port %d of container %s has TLS of its own, and the mesh encrypts it again",
		[input.tls_inside, input.container],
	),
} if {
	input.in_mesh == "yes"
	input.tls_inside != 0
}
