package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

of_gateway(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/gateway-principal"
}

test_what_a_gateway_may_everybody_outside_may if {
	some finding in of_gateway({"principal_is_gateway": true, "principal": "User:spiffe://cluster.local/ns/istio-ingress/sa/kafka"})
	contains(finding.message, "may Read on topic orders")
}

test_what_it_may_not_is_fine if count(of_gateway({"principal_is_gateway": true, "permission": "deny"})) == 0

test_others_are_no_gateways if count(of_gateway({})) == 0
