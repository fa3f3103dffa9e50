package sluice.acl

# METADATA
# title: A producer that old brokers refuse
# description: |
#   Before 2.8 a producer needs IdempotentWrite on the cluster to write idempotently.
#   Clients since 3.0 do so unless they are told otherwise.
# custom:
#   rule: acl/idempotent-producer-without-right
#   severity: error
#   subjects: [strimzi-user]
#   symptom: |
#     org.apache.kafka.common.errors.ClusterAuthorizationException: Cluster authorization failed.
#   cause: |
#     enable.idempotence is true by default since the clients of 3.0. Brokers of 2.8 take
#     the right to write to any topic for it (KIP-679); the older ones that the Kafka
#     resource names here do not.
#   fix: |
#     Add an ACL with type cluster and the operation IdempotentWrite, set
#     enable.idempotence=false in the producer, or upgrade the brokers.
#   versions: Brokers before 2.8.
#   source: https://cwiki.apache.org/confluence/display/KAFKA/KIP-679%3A+Producer+will+enable+the+strongest+delivery+guarantee+by+default
findings contains {
	"rule": "acl/idempotent-producer-without-right",
	"fact": "writes_without_idempotence",
	"message": sprintf("brokers of Kafka %s refuse a producer of today that has no IdempotentWrite on the cluster", [input.broker_version]),
} if {
	input.writes_without_idempotence == true
	input.broker_version_number > 0
	input.broker_version_number < 20800
}
