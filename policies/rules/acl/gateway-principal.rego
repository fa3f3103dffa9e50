package sluice.acl

# METADATA
# title: An ACL for a gateway is one for everybody outside
# description: |
#   Whoever comes through a gateway of the mesh has the identity of the gateway. What it is
#   allowed, everybody is whom it lets in.
# custom:
#   rule: acl/gateway-principal
#   severity: warning
#   subjects: [acl]
#   symptom: |
#     Principal = User:spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway is Allowed operation = READ
#   cause: |
#     The gateway ends the connections of its clients, and makes others of its own to the
#     broker. Gateways are known by the names that Istio's charts and the Gateway API give
#     their accounts.
#   fix: |
#     Give clients from outside a listener that knows them by itself, by TLS or SASL, behind a
#     gateway that passes it through, and write ACLs for their own names. If all of them may
#     do this, check who can reach the gateway.
#   versions: All versions of Kafka with an authorizer.
#   source: https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sni-passthrough/
findings contains {
	"rule": "acl/gateway-principal",
	"fact": "principal_is_gateway",
	"message": sprintf("whoever comes through the gateway is %s, and may %s on %s %s", [input.principal, input.operation, input.resource, input.resource_name]),
} if {
	input.principal_is_gateway == true
	input.permission == "allow"
}
