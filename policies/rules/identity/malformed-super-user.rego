package sluice.identity

# METADATA
# title: A super user without a type
# description: |
#   An entry of super.users is the type of a principal, a colon and its name: User:kafka.
#   The authorizer refuses any other, and the broker does not start.
# custom:
#   rule: identity/malformed-super-user
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     java.lang.IllegalArgumentException: expected a string in format principalType:principalName but got kafka
#   signs:
#     - 'expected a string in format principalType:principalName but got'
#   cause: |
#     A bare name was written, or a semicolon stands within a name. The authorizer reads
#     the list while the broker starts.
#   fix: |
#     Write the type in front: User:kafka.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz
findings contains {
	"rule": "identity/malformed-super-user",
	"fact": "super_user_malformed",
	"message": sprintf("super.users has the entry %q, which is no type and name as in User:kafka: the broker does not start", [input.super_user_malformed]),
} if {
	input.super_users == "known"
	input.super_user_malformed != ""
	input.authorizer != ""
}
