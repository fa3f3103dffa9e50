package sluice.acl

# METADATA
# title: A consumer that may join no group
# description: |
#   The user may read a topic, and has no right on any consumer group. A consumer that
#   subscribes joins a group, and is refused.
# custom:
#   rule: acl/consumer-without-group
#   severity: warning
#   subjects: [strimzi-user]
#   symptom: |
#     org.apache.kafka.common.errors.GroupAuthorizationException: Not authorized to access group: orders
#   cause: |
#     Reading takes two rights: Read on the topic, and Read on the group. Only a consumer
#     that assigns its partitions itself and commits nothing does without.
#   fix: Add an ACL with type group, the name of the group and the operation Read.
#   versions: All versions of Kafka with an authorizer.
#   source: https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaUser-reference
findings contains {
	"rule": "acl/consumer-without-group",
	"fact": "reads_without_group",
	"message": "this user may read a topic but join no consumer group",
} if {
	input.reads_without_group == true
}
