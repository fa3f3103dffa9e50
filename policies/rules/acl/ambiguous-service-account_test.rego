package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

ambiguous(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/ambiguous-service-account"
}

test_a_name_of_two_is_found if {
	some finding in ambiguous({"principal": "User:team-a-billing", "ambiguous_account": "team/a-billing and team-a/billing"})
	endswith(finding.message, "team/a-billing and team-a/billing")
}

test_a_clear_name_is_fine if {
	count(ambiguous({})) == 0
}
