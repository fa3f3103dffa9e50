package sluice.acl

# METADATA
# title: A listener on which no ACL ever applies
# description: |
#   The cluster has an authorizer, and this listener asks nobody who he is: all its
#   clients are User:ANONYMOUS, to whom no KafkaUser can give a right.
# custom:
#   rule: acl/listener-without-authentication
#   severity: warning
#   subjects: [strimzi-listener]
#   symptom: |
#     Principal = User:ANONYMOUS is Denied operation = DESCRIBE from host = 127.0.0.6 on resource = Topic:LITERAL:orders
#   cause: |
#     Within the mesh the proxy knows the client, and the broker does not: it gets
#     plaintext. The ACLs of KafkaUsers are for users who come with a certificate or a
#     password.
#   fix: |
#     Give the listener an authentication, scram-sha-512 in the mesh, which encrypts by
#     itself; or take the listener out.
#   versions: All versions of Strimzi.
#   source: https://strimzi.io/docs/operators/latest/configuring.html#type-GenericKafkaListener-reference
findings contains {
	"rule": "acl/listener-without-authentication",
	"fact": "authenticates",
	"message": sprintf("the listener %s knows nobody, and the authorizer refuses whom it does not know", [input.listener]),
} if {
	input.authenticates == false
	input.cluster_authorizes == true
	input.anonymous_super_user == false
	input.open_listener == ""
}
