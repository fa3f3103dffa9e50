package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

void(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/void-grant"
}

test_a_right_that_is_denied_is_found if {
	some finding in void({"void_by": "deny"})
	startswith(finding.message, "Read on the topic orders")
}

test_others_are_fine if {
	count(void({})) == 0
	count(void({"void_by": "allow"})) == 0
}
