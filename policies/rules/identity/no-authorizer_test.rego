package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

unauthorized(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/no-authorizer"
}

test_super_users_without_an_authorizer_are_found if {
	count(unauthorized({"authorizer": ""})) == 1
}

test_no_super_users_ask_for_no_authorizer if {
	count(unauthorized({"authorizer": "", "super_users": "absent"})) == 0
	count(unauthorized({"authorizer": "", "super_users": "unknown"})) == 0
}

test_an_authorizer_that_cannot_be_seen_is_not_guessed if {
	count(unauthorized({"authorizer": "unknown"})) == 0
}

test_who_lets_everybody_in_has_said_so if {
	count(unauthorized({"authorizer": "", "allow_everyone": "yes"})) == 0
	count(unauthorized({"authorizer": "", "allow_everyone": "unknown"})) == 0
}

test_a_cluster_that_gets_identities_first_is_fine if {
	count(unauthorized({"authorizer": "", "principal_builder": "a.B"})) == 0
}

test_an_authorizer_is_fine if {
	count(unauthorized({})) == 0
}
