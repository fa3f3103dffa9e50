package sluice.acl

# METADATA
# title: An ACL with a pattern that only filters have
# description: |
#   match and any are for finding ACLs, not for writing them: an ACL is for a literal
#   name, or for a prefix. This one is never created.
# custom:
#   rule: acl/pattern-is-a-filter
#   severity: error
#   subjects: [acl]
#   symptom: |
#     A '--resource-pattern-type' value of 'MATCH' is not valid when adding acls.
#     patternType must not be ANY
#   cause: |
#     The broker refuses it, or the tool does. The CRD of Koperator's KafkaUser allows
#     both words all the same.
#   fix: Write literal or prefixed.
#   versions: Kafka since 2.0.
#   source: https://kafka.apache.org/documentation/#security_authz_cli
findings contains {
	"rule": "acl/pattern-is-a-filter",
	"fact": "pattern",
	"message": sprintf("an ACL on the %s %s with a pattern for filters is never created", [input.resource, input.resource_name]),
} if {
	input.pattern == "filter"
}
