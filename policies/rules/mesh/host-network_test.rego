package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

uninjected(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/host-network"
}

test_a_pod_that_cannot_be_injected_is_found if {
	count(uninjected({"host_network": true, "in_mesh": "no"})) == 1
}

test_where_nobody_asked_it_is_fine if count(uninjected({"host_network": true, "injection_asked": false})) == 0

test_a_pod_that_says_that_it_is_outside_is_fine if count(uninjected({"host_network": true, "opted_out": true})) == 0

test_a_network_of_its_own_is_fine if count(uninjected({})) == 0
