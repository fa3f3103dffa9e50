package sluice.acl

# METADATA
# title: A super user whose name Strimzi doubles
# description: |
#   The operator puts User: in front of each super user. One that is written with it
#   becomes User:User:alice, whom nobody is.
# custom:
#   rule: acl/super-user-with-type
#   severity: error
#   subjects: [strimzi-super-user]
#   symptom: |
#     Principal = User:CN=alice is Denied operation = CREATE on resource = Cluster:LITERAL:kafka-cluster
#   cause: |
#     spec.kafka.authorization.superUsers has names as principals have them: CN=alice for
#     a user with TLS, alice for one with SCRAM. super.users of the broker has the type,
#     too.
#   fix: |
#     Leave User: out.
#   versions: All versions of Strimzi.
#   source: https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaAuthorizationSimple-reference
findings contains {
	"rule": "acl/super-user-with-type",
	"fact": "super_user",
	"message": sprintf("the operator makes User:%s of this, whom nobody is; leave User: out", [input.super_user]),
} if {
	input.super_user_has_type == true
}
