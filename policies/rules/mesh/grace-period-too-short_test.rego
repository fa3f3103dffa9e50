package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

hasty(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/grace-period-too-short"
}

test_less_than_the_default_is_found if {
	some finding in hasty({"grace": "short", "grace_seconds": 5})
	finding.message == "the broker has 5 seconds to hand over its partitions before it is killed"
}

test_a_hook_that_takes_it_all_is_an_error if {
	found := hasty({"grace": "spent", "grace_seconds": 30, "pre_stop_seconds": 60})
	count(found) == 1
	some finding in found
	finding.severity == "error"
	finding.fact == "pre_stop_seconds"
}

test_more_is_fine if count(hasty({})) == 0

test_the_default_is_nobodys_fault if count(hasty({"grace": "default", "grace_seconds": 30})) == 0
