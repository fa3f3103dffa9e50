package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

through_gateway(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/gateway-super-user"
}

test_a_gateway_that_may_do_everything_is_found if {
	some finding in through_gateway({"super_user_gateway": "User:spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway"})
	contains(finding.message, "whoever comes through that gateway")
}

test_other_super_users_are_no_gateways if count(through_gateway({})) == 0

test_without_an_authorizer_no_gateway_matters if {
	count(through_gateway({"super_user_gateway": "User:spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway", "authorizer": ""})) == 0
}
