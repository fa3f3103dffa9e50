package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

cut(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/proxy-exits-before-broker"
}

test_a_proxy_that_leaves_first_is_found if {
	some finding in cut({"proxy_outlives_app": false})
	finding.message == "the proxy leaves 5 seconds after SIGTERM, even if the broker is still in its controlled shutdown"
}

test_so_it_is_when_the_mesh_is_not_known if {
	count(cut({"proxy_outlives_app": false, "in_mesh": "unknown"})) == 1
}

test_a_proxy_that_stays_is_fine if count(cut({})) == 0

test_a_malformed_annotation_is_said_only_once if {
	count(cut({"proxy_outlives_app": false, "proxy_config": "malformed"})) == 0
}

test_without_a_proxy_nothing_leaves if {
	count(cut({"proxy_outlives_app": false, "in_mesh": "no"})) == 0
}
