package sluice.mesh

# METADATA
# title: A Service gives a port another protocol than it has
# description: |
#   Istio believes what a Service says of its ports. A port of Kafka or ZooKeeper that is
#   called http- or grpc- is decoded as HTTP, which breaks every connection.
# custom:
#   rule: mesh/service-port-wrong-protocol
#   severity: error
#   subjects: [service-port]
#   symptom: |
#     org.apache.kafka.common.errors.InvalidReceiveException: Invalid receive (size = 1213486160 larger than 104857600)
#     Envoy: http/1.1 protocol error ... DPE
#   signs:
#     - 'Invalid receive (size = 1213486160 larger than'
#     - 'http/1.1 protocol error'
#   cause: |
#     The name of the port, or its appProtocol, was taken from another Service, or begins
#     with a word that means something else there. A port that is called tls- or https-
#     without TLS is a warning: proxies look for a server name in a handshake that never
#     comes, and pods that are dialled by their own names are not found. So is a database's
#     name, whose filter some meshes have turned on.
#   fix: |
#     Begin the name of the port with tcp-, as in tcp-kafka, or set appProtocol: tcp.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
findings contains {
	"rule": "mesh/service-port-wrong-protocol",
	"fact": "protocol",
	"message": sprintf(
		"\"%s\" makes Istio decode port %d as %s, but it is one of %s",
		[input.protocol_word, input.port, input.protocol, input.serves],
	),
} if {
	input.protocol_kind == "http"
	input.serves != ""
	input.serves != "http"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/service-port-wrong-protocol",
	"fact": "protocol",
	"severity": "warning",
	"message": sprintf(
		"\"%s\" makes Istio take port %d for TLS, but %s speaks plaintext there",
		[input.protocol_word, input.port, input.serves],
	),
} if {
	input.protocol_kind == "tls"
	input.own_tls == "no"
	input.serves != ""
	input.serves != "http"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/service-port-wrong-protocol",
	"fact": "protocol",
	"severity": "warning",
	"message": sprintf(
		"\"%s\" makes Istio take port %d for %s, but it is one of %s",
		[input.protocol_word, input.port, input.protocol, input.serves],
	),
} if {
	input.protocol_kind == "database"
	input.serves != ""
	input.serves != "http"
	input.in_mesh != "no"
}
