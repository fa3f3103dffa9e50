package sluice.identity

# METADATA
# title: A listener without authentication is offered outside of the mesh
# description: |
#   A listener in plaintext trusts whoever reaches it. Within the mesh that is a workload
#   with a certificate; through a port of the node or a load balancer it is anybody.
# custom:
#   rule: identity/open-listener-outside
#   severity: warning
#   subjects: [broker, strimzi-listener]
#   symptom: |
#     Closed client connection with principal User:ANONYMOUS
#   cause: |
#     A Service of type NodePort or LoadBalancer, or a hostPort, leads from outside of
#     the cluster to the broker's port. Whoever connects there has no certificate of the
#     mesh: where the mesh asks for one the listener is of no use, and where it does not
#     everybody is let in.
#   fix: |
#     Offer another listener outside: one with SASL_SSL, or SSL with
#     ssl.client.auth=required, whose port is excluded from the proxy. Or put a gateway
#     in front that authenticates.
#   versions: All versions of Kafka.
#   source: https://istio.io/latest/docs/ops/configuration/traffic-management/
findings contains {
	"rule": "identity/open-listener-outside",
	"fact": "open_listener",
	"message": sprintf("%s offers the listener %s outside of the cluster, which knows nobody who connects", [input.open_listener_way, input.open_listener]),
} if {
	input.listener_offered == true
}
