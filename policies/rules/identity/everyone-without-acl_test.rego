package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

everyone(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/everyone-without-acl"
}

test_everyone_without_an_acl_is_found if {
	count(everyone({"allow_everyone": "yes"})) == 1
}

test_it_means_nothing_without_an_authorizer if {
	count(everyone({"allow_everyone": "yes", "authorizer": ""})) == 0
}

test_an_authorizer_that_cannot_be_seen_may_be_none if {
	count(everyone({"allow_everyone": "yes", "authorizer": "unknown"})) == 0
}

test_an_answer_that_cannot_be_seen_does_not_let_everyone_in if {
	count(everyone({"allow_everyone": "unknown"})) == 0
}

test_no_access_by_default_is_fine if {
	count(everyone({})) == 0
}
