package sluice.identity

# METADATA
# title: Everybody without an identity is a super user
# description: |
#   Behind a sidecar a broker sees plaintext, and calls every peer on such a listener
#   User:ANONYMOUS. A broker whose super.users names ANONYMOUS lets each of them do
#   everything, whatever its ACLs say.
# custom:
#   rule: identity/anonymous-super-user
#   severity: error
#   subjects: [broker, controller, strimzi-super-user]
#   symptom: |
#     principal = User:ANONYMOUS is a super user, allowing operation without checking acls.
#   signs:
#     - 'principal = User:ANONYMOUS is a super user, allowing operation without checking acls'
#   cause: |
#     The mesh proves who the peer is, but tells the broker nothing of it. Brokers among
#     themselves are anonymous then, too, and need the rights of a super user: giving
#     them to ANONYMOUS makes the cluster start, and gives them to every client.
#   fix: |
#     Take User:ANONYMOUS out of super.users, and give the brokers an identity: an
#     inter-broker listener with TLS or SASL, or a principal builder that learns what the
#     mesh has proved.
#   unwaivable: Whoever reaches a broker can then change the rights of all others, and not only of whom waives it.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz
findings contains {
	"rule": "identity/anonymous-super-user",
	"fact": "super_users_anonymous",
	"message": "super.users names User:ANONYMOUS, so every client without an identity of its own may do everything",
} if {
	input.super_users_anonymous == true
	input.authorizer != ""
}
