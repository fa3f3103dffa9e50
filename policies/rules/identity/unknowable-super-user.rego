package sluice.identity

# METADATA
# title: A super user whom no listener can know
# description: |
#   A SPIFFE id is what the mesh proves. A broker learns it only by a principal builder
#   that asks the proxy, or from a certificate that the broker itself checks. In
#   plaintext, with Kafka's own principal builder, everybody is User:ANONYMOUS.
# custom:
#   rule: identity/unknowable-super-user
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     Principal = User:ANONYMOUS is Denied operation = CLUSTER_ACTION from host = 127.0.0.6 on resource = Cluster:LITERAL:kafka-cluster
#   signs:
#     - 'Principal = User:ANONYMOUS is Denied operation = CLUSTER_ACTION'
#   cause: |
#     The proxy ends the mutual TLS and hands plaintext to the broker. Nobody is ever the
#     super user that the list names: the brokers themselves are not, and with ACLs on
#     such names nobody gets in.
#   fix: |
#     Give the listeners the identity that the mesh has proved: annotate the pod with
#     sluice.dev/principal-builder: enforce. Or let the broker end the TLS itself, or use
#     SASL, and name the principals that come of it.
#   versions: All versions of Kafka with an authorizer.
#   source: https://cwiki.apache.org/confluence/display/KAFKA/KIP-880
findings contains {
	"rule": "identity/unknowable-super-user",
	"fact": "super_user_spiffe",
	"message": sprintf("super.users names %s, but all listeners are in plaintext, where every peer is User:ANONYMOUS", [input.super_user_spiffe]),
} if {
	input.clients_known_by == "nothing"
	input.super_user_spiffe != ""
	input.principal_builder == ""
	input.authorizer != ""
	input.authorizer != "unknown"
}
