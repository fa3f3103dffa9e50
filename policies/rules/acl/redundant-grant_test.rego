package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

redundant(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/redundant-grant"
}

test_a_right_within_another_is_found if {
	count(redundant({"void_by": "allow"})) == 1
}

test_others_are_fine if {
	count(redundant({})) == 0
	count(redundant({"void_by": "deny"})) == 0
}
