package sluice.identity

# METADATA
# title: Who may enter a broker's pod is a super user of the broker
# description: |
#   Brokers that take the mesh's identity believe their own pod: any process in it can read
#   the secret by which a header of the proxy is known. Whoever may exec into it, attach to
#   it, or add an ephemeral container can say that he is a super user.
# custom:
#   rule: identity/role-enters-brokers
#   severity: warning
#   subjects: [access]
#   symptom: |
#     kubectl auth can-i create pods/exec -n kafka --as=somebody: yes
#   cause: |
#     These rights are often given for debugging, and are a part of the ClusterRoles edit,
#     admin and cluster-admin. The rule judges Roles and RoleBindings in a namespace that is
#     annotated with sluice.dev/principal-builder: enforce. Rights for the whole cluster, and
#     the rights to read Secrets or to create pods there, which lead to the same, are not found.
#   fix: |
#     Keep brokers in a namespace of their own, where only those have such rights who may do
#     everything with the broker anyway. For others the ClusterRole view is enough to look.
#   versions: All versions of Kubernetes.
#   source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
findings contains {
	"rule": "identity/role-enters-brokers",
	"fact": "enters_pods",
	"message": sprintf("this opens the pods of a namespace by %s, and its brokers believe whoever is in their pods", [input.way]),
} if {
	input.enters_pods == true
	input.pods_are_trusted == "yes"
}
