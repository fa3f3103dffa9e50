package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

limited(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/limit-per-address"
}

test_a_limit_for_one_address_is_found if {
	some finding in limited({"address_limit": "max.connections.per.ip"})
	contains(finding.message, "max.connections.per.ip counts all clients as one")
}

test_no_limit_is_fine if count(limited({})) == 0

test_outside_of_the_mesh_a_limit_does_what_it_says if {
	count(limited({"address_limit": "max.connections.per.ip", "in_mesh": "no"})) == 0
	count(limited({"address_limit": "max.connections.per.ip", "in_mesh": "unknown"})) == 0
}
