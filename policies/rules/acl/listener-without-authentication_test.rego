package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

deaf_listener(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.strimzi_listener, facts)
	finding.rule == "acl/listener-without-authentication"
}

test_a_listener_that_knows_nobody_is_found if {
	some finding in deaf_listener({"authenticates": false})
	contains(finding.message, "listener plain")
}

test_without_an_authorizer_it_is_of_use if {
	count(deaf_listener({"authenticates": false, "cluster_authorizes": false})) == 0
}

test_anonymous_may_be_a_super_user if {
	count(deaf_listener({"authenticates": false, "anonymous_super_user": true})) == 0
}

test_one_that_is_offered_outside_is_said_elsewhere if {
	count(deaf_listener({"authenticates": false, "open_listener": "plain"})) == 0
}

test_one_that_asks_is_fine if {
	count(deaf_listener({})) == 0
}
