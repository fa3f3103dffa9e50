package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

anonymous(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/anonymous-super-user"
}

test_an_anonymous_super_user_is_found if {
	some finding in anonymous({"super_users_anonymous": true})
	finding.fact == "super_users_anonymous"
}

test_so_it_is_with_an_authorizer_that_cannot_be_seen if {
	count(anonymous({"super_users_anonymous": true, "authorizer": "unknown"})) == 1
}

test_without_an_authorizer_there_are_no_super_users if {
	count(anonymous({"super_users_anonymous": true, "authorizer": ""})) == 0
}

test_named_super_users_are_fine if count(anonymous({})) == 0
