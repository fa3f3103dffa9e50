package sluice.acl

# METADATA
# title: A right that a broader one holds already
# description: |
#   Another ACL of the same user allows at least the same. This one has no effect, and
#   hides how broad the other one is.
# custom:
#   rule: acl/redundant-grant
#   severity: info
#   subjects: [acl]
#   symptom: |
#     Principal = User:alice is Allowed operation = READ based on acl = ResourcePattern(resourceType=TOPIC, name=*, patternType=LITERAL)
#   cause: |
#     The broader one was added when the narrow one did not do, or the other way round.
#     Whoever takes the narrow one out to withdraw a right withdraws nothing.
#   fix: |
#     Take the broader one out if the narrow one is what the client needs, and else this
#     one.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz_primitives
findings contains {
	"rule": "acl/redundant-grant",
	"fact": "operation",
	"message": sprintf("%s on the %s %s is allowed already by a broader ACL of the same user", [input.operation, input.resource, input.resource_name]),
} if {
	input.void_by == "allow"
}
