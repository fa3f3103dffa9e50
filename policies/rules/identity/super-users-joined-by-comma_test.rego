package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

joined(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/super-users-joined-by-comma"
}

test_users_with_commas_between_them_are_found if {
	some finding in joined({"super_users_joined": "User:a,User:b"})
	contains(finding.message, "\"User:a,User:b\"")
}

test_nobody_reads_them_without_an_authorizer if {
	count(joined({"super_users_joined": "User:a,User:b", "authorizer": ""})) == 0
}

test_semicolons_are_fine if {
	count(joined({})) == 0
}
