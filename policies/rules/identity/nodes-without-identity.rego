package sluice.identity

# METADATA
# title: The authorizer refuses the brokers themselves
# description: |
#   Brokers and controllers authorize each other as they do clients. Over a listener in
#   plaintext they are User:ANONYMOUS to each other, who has no right to act for the
#   cluster.
# custom:
#   rule: identity/nodes-without-identity
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     Principal = User:ANONYMOUS is Denied operation = CLUSTER_ACTION from host = 127.0.0.6 on resource = Cluster:LITERAL:kafka-cluster
#     org.apache.kafka.common.errors.ClusterAuthorizationException: Request ... is not authorized.
#   signs:
#     - 'Principal = User:ANONYMOUS is Denied operation = CLUSTER_ACTION'
#   cause: |
#     A KRaft node loads the ACLs from the cluster that it is about to join, so that no
#     ACL can help it in: only super.users counts at that moment. Brokers do not
#     register, or do not replicate. The rule judges KRaft with its StandardAuthorizer;
#     with ZooKeeper the rights of ANONYMOUS may have been written there.
#   fix: |
#     Give the nodes an identity and name it in super.users: annotate the pods with
#     sluice.dev/principal-builder: enforce, or use TLS or SASL on the listeners of
#     inter.broker.listener.name and controller.listener.names. Do not make ANONYMOUS a
#     super user.
#   versions: All versions of KRaft.
#   source: https://kafka.apache.org/documentation/#security_authz
findings contains {
	"rule": "identity/nodes-without-identity",
	"fact": "nodes_known",
	"message": sprintf("brokers and controllers are User:ANONYMOUS to each other over plaintext, and the authorizer of container %s knows no right of theirs", [input.container]),
} if {
	input.nodes_known == "no"
	input.authorizer == "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
	input.super_users != "unknown"
	input.super_users_anonymous == false
	input.allow_everyone == "no"
	input.super_user_spiffe == ""
}
