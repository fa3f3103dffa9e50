package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

ruleless(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.service, facts)
	finding.rule == "mesh/headless-without-destination-rule"
}

test_a_headless_service_without_a_rule_is_found if {
	some finding in ruleless({"client_tls": "none"})
	contains(finding.message, "no DestinationRule makes clients of the headless Service kafka-headless")
}

test_so_is_one_whose_rule_nobody_has_seen if {
	some finding in ruleless({"client_tls": "unknown"})
	contains(finding.message, "that can be seen")
}

test_a_service_with_a_rule_is_fine if {
	count(ruleless({})) == 0
	count(ruleless({"client_tls": "disable"})) == 0
}

test_a_service_with_an_address_is_fine if {
	count(ruleless({"client_tls": "none", "headless": false})) == 0
	count(ruleless({"client_tls": "unknown", "headless": false})) == 0
}

test_pods_that_take_plaintext_are_fine if {
	count(ruleless({"client_tls": "none", "mtls": "permissive"})) == 0
	count(ruleless({"client_tls": "unknown", "mtls": "unknown"})) == 0
}

test_pods_outside_the_mesh_demand_nothing if {
	count(ruleless({"client_tls": "none", "in_mesh": "no"})) == 0
	count(ruleless({"client_tls": "unknown", "in_mesh": "no"})) == 0
}
