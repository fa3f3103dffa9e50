package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

nobody(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/anonymous-principal"
}

test_a_right_for_anonymous_is_found if {
	count(nobody({"principal": "User:ANONYMOUS", "principal_kind": "anonymous"})) == 1
}

test_what_anonymous_is_denied_is_fine if {
	count(nobody({"principal_kind": "anonymous", "permission": "deny"})) == 0
}

test_somebody_is_fine if {
	count(nobody({})) == 0
}
