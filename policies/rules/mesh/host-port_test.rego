package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

noded(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/host-port"
}

test_a_port_of_the_node_is_found if {
	some finding in noded({"host_port": 30092, "host_port_mtls": "strict"})
	contains(finding.message, "port 30092 of the node")
}

test_a_port_that_takes_plaintext_is_fine if {
	count(noded({"host_port": 30092, "host_port_mtls": "permissive"})) == 0
	count(noded({"host_port": 30092, "host_port_mtls": "unknown"})) == 0
}

test_an_open_listener_is_said_elsewhere if {
	count(noded({"host_port_mtls": "strict", "open_listener": "PLAINTEXT"})) == 0
}

test_no_port_of_the_node_is_fine if count(noded({})) == 0

test_without_a_proxy_nobody_demands if count(noded({"host_port_mtls": "strict", "in_mesh": "no"})) == 0
