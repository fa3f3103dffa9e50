package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

outsider(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/opted-out-in-strict-namespace"
}

test_a_pod_that_refuses_where_all_others_demand_is_found if {
	some finding in outsider({"opted_out": true, "in_mesh": "no"})
	startswith(finding.message, "this takes the broker out")
}

test_where_plaintext_is_taken_it_is_fine if {
	count(outsider({"opted_out": true, "namespace_mtls": "permissive"})) == 0
	count(outsider({"opted_out": true, "namespace_mtls": "unknown"})) == 0
}

test_a_pod_that_takes_part_is_fine if count(outsider({})) == 0
