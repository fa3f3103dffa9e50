package sluice.acl

# METADATA
# title: A user or topic that no operator looks at
# description: |
#   Strimzi's operators look at resources with the label strimzi.io/cluster alone.
#   Without it nothing is ever made of this one, and nothing says so.
# custom:
#   rule: acl/resource-of-no-cluster
#   severity: error
#   subjects: [strimzi-user, strimzi-topic]
#   symptom: |
#     secret "alice" not found
#   cause: |
#     The label was forgotten, or written as an annotation. The resource has no status,
#     and clients wait for a Secret, or a topic, that never comes.
#   fix: Set metadata.labels.strimzi.io/cluster to the name of the Kafka resource.
#   versions: All versions of Strimzi.
#   source: https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaUser-reference
findings contains {
	"rule": "acl/resource-of-no-cluster",
	"fact": "cluster",
	"message": "without the label strimzi.io/cluster no operator looks at this",
} if {
	input.cluster == ""
}
