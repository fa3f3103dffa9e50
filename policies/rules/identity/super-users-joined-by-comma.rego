package sluice.identity

# METADATA
# title: Super users with commas between them
# description: |
#   super.users is split at semicolons, because a distinguished name has commas. With
#   commas the whole list is the name of one user, whom nobody is.
# custom:
#   rule: identity/super-users-joined-by-comma
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     Principal = User:kafka is Denied operation = CLUSTER_ACTION
#   cause: |
#     Kafka takes what stands between two semicolons up to the first colon as the type,
#     and all else as the name: "User:a,User:b" is the user called "a,User:b". Nothing is
#     logged about it.
#   fix: |
#     Write semicolons: User:a;User:b.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz
findings contains {
	"rule": "identity/super-users-joined-by-comma",
	"fact": "super_users_joined",
	"message": sprintf("super.users takes %q for one user; write semicolons between users", [input.super_users_joined]),
} if {
	input.super_users == "known"
	input.super_users_joined != ""
	input.authorizer != ""
}
