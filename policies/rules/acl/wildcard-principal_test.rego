package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

everybody(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/wildcard-principal"
}

test_a_right_for_everybody_is_found if {
	some finding in everybody({"principal": "User:*", "principal_kind": "everyone"})
	contains(finding.message, "the topic orders")
}

test_what_everybody_is_denied_is_fine if {
	count(everybody({"principal_kind": "everyone", "permission": "deny"})) == 0
}

test_somebody_is_fine if {
	count(everybody({})) == 0
	count(everybody({"principal_kind": "unknown"})) == 0
}
