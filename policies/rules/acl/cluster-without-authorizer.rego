package sluice.acl

# METADATA
# title: ACLs for a cluster without an authorizer
# description: |
#   The KafkaUser has ACLs, and the Kafka resource that it belongs to has no
#   authorization. The operator refuses the user, and no credentials are made.
# custom:
#   rule: acl/cluster-without-authorizer
#   severity: error
#   subjects: [strimzi-user]
#   symptom: |
#     InvalidResourceException: Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration.
#   cause: |
#     spec.kafka.authorization of the Kafka resource is what gives the brokers their
#     authorizer. The ACLs of users come after.
#   fix: |
#     Set spec.kafka.authorization.type: simple in the Kafka resource, with the super
#     users that it needs, or take spec.authorization out of the users.
#   versions: All versions of Strimzi.
#   source: https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaUser-reference
findings contains {
	"rule": "acl/cluster-without-authorizer",
	"fact": "has_acls",
	"message": sprintf("the Kafka resource %s has no authorization, so the operator refuses a user with ACLs", [input.cluster]),
} if {
	input.cluster_authorizes == "no"
	input.has_acls == true
}
