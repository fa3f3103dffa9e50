package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

bare(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/malformed-super-user"
}

test_a_bare_name_is_found if {
	some finding in bare({"super_user_malformed": "kafka"})
	contains(finding.message, "\"kafka\"")
}

test_nobody_trips_over_it_without_an_authorizer if {
	count(bare({"super_user_malformed": "kafka", "authorizer": ""})) == 0
}

test_types_and_names_are_fine if {
	count(bare({})) == 0
}
