package sluice.identity

# METADATA
# title: A gateway is a super user, and with it everybody outside
# description: |
#   Whoever comes through a gateway of the mesh has the identity of the gateway. As a
#   super user it gives all rights to everybody whom it lets in.
# custom:
#   rule: identity/gateway-super-user
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     principal = User:spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway is a super user, allowing operation without checking acls.
#   signs:
#     - 'principal = User:spiffe://.../sa/istio-ingressgateway... is a super user, allowing operation without checking acls'
#   cause: |
#     The gateway ends the connections of its clients, and makes others of its own to the
#     broker. What it knows of its clients does not travel with them. Gateways are known by
#     the names that Istio's charts and the Gateway API give their accounts.
#   fix: |
#     Take it out of super.users. Clients from outside need a listener that knows them by
#     itself, by TLS or SASL, behind a gateway that passes it through.
#   versions: All versions of Kafka with an authorizer.
#   source: https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sni-passthrough/
findings contains {
	"rule": "identity/gateway-super-user",
	"fact": "super_user_gateway",
	"message": sprintf("super.users names %s: whoever comes through that gateway may do everything", [input.super_user_gateway]),
} if {
	input.super_users == "known"
	input.super_user_gateway != ""
	input.authorizer != ""
}
