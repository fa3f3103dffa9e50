package sluice.identity

# METADATA
# title: The principal builder cannot pass principals on
# description: |
#   Brokers forward requests to the controller together with the principal of the client.
#   A principal builder has to write it down and read it again, as a KafkaPrincipalSerde
#   does; this one is known not to.
# custom:
#   rule: identity/principal-builder-without-serde
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     java.lang.IllegalArgumentException: requirement failed: principal.builder.class must implement KafkaPrincipalSerde
#   signs:
#     - 'principal.builder.class must implement KafkaPrincipalSerde'
#   cause: |
#     The class was written for brokers before 3.0. Since then Kafka checks at its start,
#     with ZooKeeper too, that it implements KafkaPrincipalSerde, and exits when it does
#     not.
#   fix: |
#     Use a builder that is a KafkaPrincipalSerde: that of Sluice (annotate the pod with
#     sluice.dev/principal-builder: enforce), or, for brokers that end the TLS
#     themselves, io.statnett.k3a.authz.spiffe.SpiffePrincipalBuilder.
#   versions: Kafka since 3.0, and all of KRaft.
#   source: https://kafka.apache.org/documentation/#upgrade_300_notable
findings contains {
	"rule": "identity/principal-builder-without-serde",
	"fact": "principal_builder",
	"message": sprintf("%s is no KafkaPrincipalSerde, without which a KRaft node does not start", [input.principal_builder]),
} if {
	input.principal_builder_serde == "no"
	input.principal_builder_found != "no"
	input.coordination == "kraft"
}

findings contains {
	"rule": "identity/principal-builder-without-serde",
	"fact": "principal_builder",
	"message": sprintf("%s is no KafkaPrincipalSerde, without which Kafka %s does not start", [input.principal_builder, input.kafka_version]),
} if {
	input.principal_builder_serde == "no"
	input.principal_builder_found != "no"
	input.coordination != "kraft"
	input.kafka_version_number >= 30000
}
