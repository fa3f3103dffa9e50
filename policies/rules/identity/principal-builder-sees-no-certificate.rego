package sluice.identity

# METADATA
# title: The principal builder waits for a certificate that the proxy keeps
# description: |
#   This principal builder reads the SPIFFE id of a client from its TLS certificate. The
#   listeners have no TLS: in the mesh it ends at the proxy, and the broker sees
#   plaintext.
# custom:
#   rule: identity/principal-builder-sees-no-certificate
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     Principal = User:ANONYMOUS is Denied operation = DESCRIBE from host = 127.0.0.6
#     org.apache.kafka.common.KafkaException: Failed to build principal from
#   signs:
#     - 'Principal = User:ANONYMOUS is Denied'
#   cause: |
#     On plaintext the class gets an address and the name of the listener, and no more.
#     Some such builders then call everybody ANONYMOUS, others refuse everybody. They are
#     made for brokers that end the TLS themselves.
#   fix: |
#     Use a builder that learns from the proxy what the mesh has proved: annotate the pod
#     with sluice.dev/principal-builder: enforce. Or give the listeners the protocol SSL,
#     and exclude their ports from the proxy.
#   versions: All versions of Kafka.
#   source: https://cwiki.apache.org/confluence/display/KAFKA/KIP-880
findings contains {
	"rule": "identity/principal-builder-sees-no-certificate",
	"fact": "principal_builder",
	"message": sprintf("%s takes principals from TLS certificates, but no listener of container %s has TLS of its own", [input.principal_builder, input.container]),
} if {
	input.principal_builder_reads_certificate == true
	input.principal_builder_serde == "yes"
	input.principal_builder_found != "no"
	input.clients_known_by in {"nothing", "password"}
}

findings contains {
	"rule": "identity/principal-builder-sees-no-certificate",
	"fact": "principal_builder",
	"message": sprintf("%s takes principals from TLS certificates, but no listener of container %s has TLS of its own", [input.principal_builder, input.container]),
} if {
	input.principal_builder_reads_certificate == true
	input.principal_builder_serde == "no"
	input.principal_builder_found != "no"
	input.coordination != "kraft"
	input.kafka_version_number < 30000
	input.clients_known_by in {"nothing", "password"}
}
