package sluice.acl

# METADATA
# title: A right to change what belongs to others
# description: |
#   The ACL lets its user write to, alter or delete topics, or groups, of everybody: by
#   *, or by a prefix that is too short to tell one owner from another.
# custom:
#   rule: acl/broad-change
#   severity: warning
#   subjects: [acl]
#   symptom: |
#     Principal = User:alice is Allowed operation = DELETE on resource = Topic:LITERAL:payments
#   cause: |
#     Among all topics are __consumer_offsets and __transaction_state, and those of every
#     other team. Whoever takes this one client over can forge or delete what is in them.
#   fix: |
#     Give topics names with a prefix for their owner, and grant that: patternType prefix
#     with the name orders. rather than *.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz_primitives
findings contains {
	"rule": "acl/broad-change",
	"fact": "operation",
	"message": sprintf("%s on every %s", [input.operation, input.resource]),
} if {
	input.scope == "all"
	input.permission == "allow"
	input.resource in {"topic", "group"}
	input.operation in {"Write", "Alter", "AlterConfigs", "Delete", "All"}
}

findings contains {
	"rule": "acl/broad-change",
	"fact": "operation",
	"message": sprintf("%s on every %s whose name begins with %q: that is too short to be one owner's", [input.operation, input.resource, input.resource_name]),
} if {
	input.scope == "broad"
	input.permission == "allow"
	input.resource in {"topic", "group"}
	input.operation in {"Write", "Alter", "AlterConfigs", "Delete", "All"}
}
