package sluice.acl

# METADATA
# title: An address that no broker behind a proxy ever sees
# description: |
#   The ACL is for connections from one address. Behind a sidecar they all come from
#   127.0.0.6, that of the proxy: the ACL never applies, or to everybody.
# custom:
#   rule: acl/host-behind-proxy
#   severity: warning
#   subjects: [acl]
#   symptom: |
#     Principal = User:alice is Denied operation = READ from host = 127.0.0.6 on resource = Topic:LITERAL:orders
#   cause: |
#     The proxy ends each connection and makes one of its own to the broker. An allow for
#     the client's address helps nobody; a deny for it stops nobody; and one for
#     127.0.0.6 is for all. The rule is silent where the namespace is not known to be in
#     the mesh.
#   fix: |
#     Leave the host at *, and say in an AuthorizationPolicy of the mesh who may connect:
#     it knows service accounts and addresses.
#   versions: All versions of Kafka behind a sidecar.
#   source: https://istio.io/latest/docs/ops/deployment/application-requirements/
findings contains {
	"rule": "acl/host-behind-proxy",
	"fact": "host",
	"message": sprintf("brokers behind a proxy see no client's address but 127.0.0.6, so an ACL for %s does not do what it says", [input.host]),
} if {
	input.namespace_in_mesh == "yes"
	input.host != "*"
}
