package sluice.acl

# METADATA
# title: A transactional producer that may not write
# description: |
#   The user has an ACL on a transactional id, but not the right to write with it, which
#   is what opens a transaction.
# custom:
#   rule: acl/transaction-without-write
#   severity: error
#   subjects: [strimzi-user]
#   symptom: |
#     org.apache.kafka.common.errors.TransactionalIdAuthorizationException: Transactional Id authorization failed.
#   cause: |
#     InitProducerId and all that follows asks for Write on the transactional id.
#     Describe, which Write implies, only finds the coordinator.
#   fix: Add the operation Write to the ACL on the transactionalId.
#   versions: Kafka since 0.11.
#   source: https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaUser-reference
findings contains {
	"rule": "acl/transaction-without-write",
	"fact": "transaction_without_write",
	"message": sprintf("this user may look at the transactional id %s, but not write with it", [input.transaction_without_write]),
} if {
	input.has_acls == true
	input.transaction_without_write != ""
}
