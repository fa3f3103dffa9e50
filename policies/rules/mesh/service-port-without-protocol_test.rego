package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

unnamed(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.service_port, facts)
	finding.rule == "mesh/service-port-without-protocol"
}

unsaid(facts) := unnamed(object.union({"protocol": "sniffed", "protocol_kind": "sniffed", "protocol_word": "broker"}, facts))

test_a_port_of_which_istio_has_to_guess_is_worth_a_word if {
	some finding in unsaid({})
	not finding.severity
	contains(finding.message, "port 9092, since \"broker\" is none")
	count(unsaid({"serves": "zookeeper", "mtls": "unknown"})) == 1
}

test_a_port_that_others_share_is_a_warning if {
	found := unsaid({"clashes_with": "web", "mtls": "permissive"})
	count(found) == 1
	some finding in found
	finding.severity == "warning"
	endswith(finding.message, "Service web")
}

test_so_is_one_that_takes_plaintext_too if {
	found := unsaid({"mtls": "permissive"})
	count(found) == 1
	some finding in found
	finding.severity == "warning"
}

test_a_port_with_a_protocol_is_fine if {
	count(unnamed({})) == 0
	count(unnamed({"clashes_with": "web"})) == 0
}

test_a_port_of_something_else_is_fine if {
	count(unsaid({"serves": ""})) == 0
	count(unsaid({"serves": "http"})) == 0
	count(unsaid({"serves": "", "clashes_with": "web"})) == 0
	count(unsaid({"serves": "http", "mtls": "permissive"})) == 0
}

test_outside_the_mesh_nobody_guesses if {
	count(unsaid({"in_mesh": "no"})) == 0
	count(unsaid({"in_mesh": "no", "clashes_with": "web"})) == 0
}
