package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

bypassed(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "mesh/port-excluded-from-proxy"
}

test_a_port_that_the_proxy_does_not_see_is_found if {
	some finding in bypassed({"excluded_port": 2888, "excluded_way": "inbound"})
	contains(finding.message, "port 2888 from the proxy, so what comes to container zookeeper")
}

test_so_is_one_of_others if {
	some finding in bypassed({"excluded_port": 3888, "excluded_way": "outbound"})
	contains(finding.message, "sends to port 3888")
}

test_ports_that_pass_are_fine if count(bypassed({})) == 0

test_without_a_proxy_annotations_do_nothing if {
	count(bypassed({"excluded_way": "inbound", "in_mesh": "no"})) == 0
	count(bypassed({"excluded_way": "outbound", "in_mesh": "no"})) == 0
}
