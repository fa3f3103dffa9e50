package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

twice(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/tls-inside-tls"
}

test_tls_that_passes_the_proxy_is_worth_a_word if {
	some finding in twice({"tls_inside": 9093})
	contains(finding.message, "port 9093 of container kafka")
}

test_plaintext_or_an_excluded_port_is_fine if count(twice({})) == 0

test_tls_without_a_proxy_is_fine if {
	count(twice({"tls_inside": 9093, "in_mesh": "no"})) == 0
	count(twice({"tls_inside": 9093, "in_mesh": "unknown"})) == 0
}
