package sluice.acl

# METADATA
# title: A right for everybody
# description: |
#   User:* is every principal, and behind a sidecar also User:ANONYMOUS: whoever reaches
#   a listener without being known there.
# custom:
#   rule: acl/wildcard-principal
#   severity: warning
#   subjects: [acl]
#   symptom: |
#     Principal = User:ANONYMOUS is Allowed operation = READ from host = 127.0.0.6
#   cause: |
#     The ACL is one for whoever has no ACL of his own, today and later. It outlives the
#     reason for it, and shows nowhere in the list of a user.
#   fix: Name the users, or service accounts, that need the right.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz_primitives
findings contains {
	"rule": "acl/wildcard-principal",
	"fact": "principal",
	"message": sprintf("this gives everybody, also whoever is not known at all, a right on the %s %s", [input.resource, input.resource_name]),
} if {
	input.principal_kind == "everyone"
	input.permission == "allow"
}
