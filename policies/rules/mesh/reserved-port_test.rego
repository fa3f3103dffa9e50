package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

taken(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/reserved-port"
}

test_a_port_of_istio_is_found if {
	some finding in taken({"takes_reserved_port": true, "reserved_port": 15020})
	startswith(finding.message, "port 15020 belongs to Istio")
}

test_other_ports_are_fine if count(taken({})) == 0

test_without_a_proxy_they_are_free if count(taken({"takes_reserved_port": true, "in_mesh": "no"})) == 0
