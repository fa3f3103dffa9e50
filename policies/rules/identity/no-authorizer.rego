package sluice.identity

# METADATA
# title: Super users are named, but nothing authorizes
# description: |
#   super.users is read by an authorizer alone. Without authorizer.class.name Kafka
#   checks no right of anybody: whoever reaches a listener is as good as a super user.
# custom:
#   rule: identity/no-authorizer
#   severity: warning
#   subjects: [broker, controller]
#   symptom: |
#     INFO KafkaConfig values: authorizer.class.name =
#   cause: |
#     authorizer.class.name is empty by default, and a list of super users does not
#     change that. Nothing is logged about it. The rule is silent where
#     allow.everyone.if.no.acl.found says that everybody is meant to be let in, and where
#     a principal builder is brought in first, as a cluster that moves to ACLs does.
#   fix: |
#     Set authorizer.class.name to
#     org.apache.kafka.metadata.authorizer.StandardAuthorizer, with ZooKeeper to
#     kafka.security.authorizer.AclAuthorizer, on brokers and controllers. Or take
#     super.users out.
#   versions: All versions of Kafka.
#   source: https://kafka.apache.org/documentation/#security_authz
findings contains {
	"rule": "identity/no-authorizer",
	"fact": "super_users",
	"message": "super.users is set, but no authorizer.class.name: everybody who reaches a listener may do everything",
} if {
	input.authorizer == ""
	input.super_users == "known"
	input.allow_everyone == "no"
	input.principal_builder == ""
}
