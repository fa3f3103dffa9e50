package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

default_account(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/default-account-super-user"
}

test_the_default_account_is_found if {
	some finding in default_account({"super_user_default_account": "User:spiffe://cluster.local/ns/kafka/sa/default"})
	contains(finding.message, "/sa/default")
}

test_it_has_no_rights_without_an_authorizer if {
	count(default_account({"super_user_default_account": "User:kafka-default", "authorizer": ""})) == 0
}

test_an_account_of_its_own_is_fine if {
	count(default_account({})) == 0
}
