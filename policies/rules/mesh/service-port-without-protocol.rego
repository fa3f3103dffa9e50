package sluice.mesh

# METADATA
# title: A Service does not say which protocol a port has
# description: |
#   Istio takes the protocol of a port from appProtocol, or from what stands before the
#   first dash in the port's name. Where neither is a word that it knows, each proxy waits
#   for what the client sends first, and guesses.
# custom:
#   rule: mesh/service-port-without-protocol
#   severity: info
#   subjects: [service-port]
#   symptom: |
#     envoy listener 0.0.0.0_9092 ... connection closed after listener_filters_timeout
#     upstream connect error or disconnect/reset before headers
#   cause: |
#     Kafka's and ZooKeeper's clients speak first, so the guess is mostly right. But such a
#     port has one listener for all addresses in every client's proxy, which Services of the
#     same number share: what another one says of its port then counts here, too. And a
#     port that takes plaintext beside mTLS (PERMISSIVE) keeps every new connection
#     waiting until its client has sent something. In these two cases the finding is a
#     warning. Names such as client, broker or leader-election are no protocols.
#   fix: |
#     Begin the name of the port with tcp-, as in tcp-kafka, or set appProtocol: tcp.
#   versions: All versions of Istio; appProtocol counts since 1.8.
#   source: https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
findings contains {
	"rule": "mesh/service-port-without-protocol",
	"fact": "protocol",
	"message": sprintf(
		"Istio has to guess the protocol of port %d, since \"%s\" is none that it knows",
		[input.port, input.protocol_word],
	),
} if {
	input.protocol_kind == "sniffed"
	input.clashes_with == ""
	input.mtls != "permissive"
	input.serves != ""
	input.serves != "http"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/service-port-without-protocol",
	"fact": "protocol",
	"severity": "warning",
	"message": sprintf(
		"Istio has to guess the protocol of port %d, since \"%s\" is none that it knows, and clients' proxies mix it up with the port of Service %s",
		[input.port, input.protocol_word, input.clashes_with],
	),
} if {
	input.protocol_kind == "sniffed"
	input.clashes_with != ""
	input.serves != ""
	input.serves != "http"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/service-port-without-protocol",
	"fact": "protocol",
	"severity": "warning",
	"message": sprintf(
		"Istio has to guess the protocol of port %d, since \"%s\" is none that it knows, and keeps each connection waiting until the client has sent something",
		[input.port, input.protocol_word],
	),
} if {
	input.protocol_kind == "sniffed"
	input.clashes_with == ""
	input.mtls == "permissive"
	input.serves != ""
	input.serves != "http"
	input.in_mesh != "no"
}
