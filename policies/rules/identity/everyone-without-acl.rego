package sluice.identity

# METADATA
# title: Everyone may use what no ACL names
# description: |
#   allow.everyone.if.no.acl.found turns ACLs into a list of exceptions: a topic, a group
#   or the cluster itself is open to everybody until somebody writes the first ACL for
#   it.
# custom:
#   rule: identity/everyone-without-acl
#   severity: warning
#   subjects: [broker, controller]
#   symptom: |
#     operation = ALTER on resource = Cluster:LITERAL:kafka-cluster from host = 127.0.0.6 is ALLOW based on acl = default rule
#   cause: |
#     The authorizer answers with allow for each resource without ACLs. A new topic is
#     such a resource, and so is the cluster: who may alter that may give himself every
#     other right. Behind a sidecar "everyone" includes whoever has no identity.
#   fix: |
#     Take allow.everyone.if.no.acl.found out once the ACLs that clients need are there.
#     The log of the authorizer at the level DEBUG says "default rule" for what still
#     lacks one.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz
findings contains {
	"rule": "identity/everyone-without-acl",
	"fact": "allow_everyone",
	"message": "allow.everyone.if.no.acl.found lets everybody do everything with what no ACL names, the cluster itself among it",
} if {
	input.allow_everyone == "yes"
	input.authorizer != ""
	input.authorizer != "unknown"
}
