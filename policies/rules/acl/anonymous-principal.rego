package sluice.acl

# METADATA
# title: A right for whoever is not known
# description: |
#   Behind a sidecar User:ANONYMOUS is every client of a listener in plaintext, whichever
#   service account the mesh has proved.
# custom:
#   rule: acl/anonymous-principal
#   severity: warning
#   subjects: [acl]
#   symptom: |
#     Principal = User:ANONYMOUS is Allowed operation = WRITE from host = 127.0.0.6
#   cause: |
#     The broker sees plaintext, and Kafka's own principal builder calls everybody
#     ANONYMOUS there. A right for one such client is a right for all of them.
#   fix: |
#     Give the listener the identity of the mesh (annotate the brokers with
#     sluice.dev/principal-builder: enforce), TLS or SASL, and the right to a user.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz_primitives
findings contains {
	"rule": "acl/anonymous-principal",
	"fact": "principal",
	"message": sprintf("this gives every client that is not known a right on the %s %s", [input.resource, input.resource_name]),
} if {
	input.principal_kind == "anonymous"
	input.permission == "allow"
}
