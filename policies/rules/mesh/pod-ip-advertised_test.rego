package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

numbered(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/pod-ip-advertised"
}

told(facts) := numbered(object.union({"advertised": "pod-ip", "advertised_mtls": "strict", "advertised_name": "PLAINTEXT"}, facts))

test_the_address_of_a_pod_is_found if {
	some finding in told({})
	not finding.severity
	startswith(finding.message, "PLAINTEXT of container kafka advertises the address of the pod")
}

test_so_is_any_address if {
	some finding in told({"advertised": "ip"})
	contains(finding.message, "an IP address")
}

test_the_address_of_a_node_is_a_warning if {
	some finding in told({"advertised": "host-ip"})
	finding.severity == "warning"
}

test_names_are_fine if count(numbered({})) == 0

test_where_plaintext_is_taken_addresses_are_fine if {
	every address in {"pod-ip", "ip", "host-ip"} {
		count(told({"advertised": address, "advertised_mtls": "permissive"})) == 0
		count(told({"advertised": address, "advertised_mtls": "unknown"})) == 0
	}
}

test_without_a_proxy_nobody_demands if {
	every address in {"pod-ip", "ip", "host-ip"} {
		count(told({"advertised": address, "in_mesh": "no"})) == 0
	}
}
