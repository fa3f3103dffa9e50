package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

early(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/app-before-proxy"
}

test_a_broker_that_is_not_held_back_is_found if {
	some finding in early({"hold": false})
	finding.fact == "hold"
	contains(finding.message, "until its proxy is ready")
}

test_so_is_one_whose_namespace_is_not_known if {
	count(early({"hold": false, "in_mesh": "unknown"})) == 1
}

test_a_malformed_annotation_is_found_once_with_its_mistake if {
	found := early({"hold": false, "proxy_config": "malformed", "proxy_config_error": "line 1"})
	count(found) == 1
	some finding in found
	finding.fact == "proxy_config"
	endswith(finding.message, ": line 1")
}

test_what_is_held_back_is_fine if count(early({})) == 0

test_a_malformed_annotation_beside_an_injected_proxy_is_fine if {
	count(early({"proxy_config": "malformed"})) == 0
}

test_a_pod_outside_the_mesh_needs_not_wait if {
	count(early({"hold": false, "in_mesh": "no"})) == 0
	count(early({"hold": false, "in_mesh": "no", "proxy_config": "malformed"})) == 0
}
