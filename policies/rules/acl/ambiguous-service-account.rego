package sluice.acl

# METADATA
# title: A name that may be two service accounts
# description: |
#   The principal is a namespace and a service account with a dash between them. Both may
#   have dashes of their own, and here two namespaces are there that it may begin with.
# custom:
#   rule: acl/ambiguous-service-account
#   severity: warning
#   subjects: [acl]
#   symptom: |
#     Principal = User:team-a-billing is Allowed operation = WRITE from host = 127.0.0.6
#   cause: |
#     team-a-billing is the account billing of the namespace team-a, and the account
#     a-billing of the namespace team. Whoever may make a service account in one of them
#     has the rights of the other one's.
#   fix: |
#     Use the SPIFFE id of the account, spiffe://cluster.local/ns/team-a/sa/billing,
#     which the plug-in of Sluice makes the principal.
#   versions: All versions of Kafka with principals of that form.
#   source: https://github.com/banzaicloud/koperator/issues/334
findings contains {
	"rule": "acl/ambiguous-service-account",
	"fact": "principal",
	"message": sprintf("%s may be either of the service accounts %s", [input.principal, input.ambiguous_account]),
} if {
	input.principal_kind == "named"
	input.ambiguous_account != ""
}
