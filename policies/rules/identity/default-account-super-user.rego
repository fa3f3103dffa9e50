package sluice.identity

# METADATA
# title: The service account of everybody is a super user
# description: |
#   Each pod that names no service account runs as the account default of its namespace.
#   As a super user it gives all rights to whatever somebody starts there.
# custom:
#   rule: identity/default-account-super-user
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     principal = User:spiffe://cluster.local/ns/kafka/sa/default is a super user, allowing operation without checking acls.
#   signs:
#     - 'principal = User:spiffe://.../sa/default is a super user, allowing operation without checking acls'
#   cause: |
#     The mesh proves a service account, not a pod. A debugging pod, a job and a web
#     application that never named an account are all the same to the broker.
#   fix: |
#     Give the brokers a service account of their own, name it in serviceAccountName of
#     their pods, and that one in super.users.
#   versions: All versions of Kafka with an authorizer.
#   source: https://istio.io/latest/docs/concepts/security/#istio-identity
findings contains {
	"rule": "identity/default-account-super-user",
	"fact": "super_user_default_account",
	"message": sprintf("super.users names %s: every pod of that namespace which names no service account may do everything", [input.super_user_default_account]),
} if {
	input.super_users == "known"
	input.super_user_default_account != ""
	input.authorizer != ""
}
