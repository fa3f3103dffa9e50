package sluice.acl

# METADATA
# title: A right that a deny takes away
# description: |
#   The same user is denied what this allows, on at least the same resources. A deny
#   always counts more, whatever the order.
# custom:
#   rule: acl/void-grant
#   severity: warning
#   subjects: [acl]
#   symptom: |
#     Principal = User:alice is Denied operation = WRITE on resource = Topic:LITERAL:orders from host = 127.0.0.6 based on acl =
#   cause: |
#     An authorizer looks at all ACLs that fit, and one deny among them decides. The two
#     were written at different times, or the deny is broader than somebody meant.
#   fix: Take one of the two out, or make the deny narrower.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz_primitives
findings contains {
	"rule": "acl/void-grant",
	"fact": "operation",
	"message": sprintf("%s on the %s %s is denied to the same user, and a deny counts more", [input.operation, input.resource, input.resource_name]),
} if {
	input.void_by == "deny"
}
