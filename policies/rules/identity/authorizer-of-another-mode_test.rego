package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

mistaken(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/authorizer-of-another-mode"
}

test_the_authorizer_of_zookeeper_without_one_is_found if {
	count(mistaken({"authorizer": "kafka.security.authorizer.AclAuthorizer"})) == 1
}

test_the_authorizer_of_kraft_with_zookeeper_is_found if {
	count(mistaken({"coordination": "zookeeper"})) == 1
}

test_the_authorizer_that_was_removed_is_found if {
	some finding in mistaken({"authorizer": "kafka.security.auth.SimpleAclAuthorizer"})
	contains(finding.message, "Kafka 4.1.0")
}

test_before_it_was_removed_it_is_fine if {
	count(mistaken({"authorizer": "kafka.security.auth.SimpleAclAuthorizer", "kafka_version_number": 20800, "coordination": "zookeeper"})) == 0
}

test_a_mode_that_is_not_known_is_not_guessed if {
	count(mistaken({"coordination": "unknown"})) == 0
	count(mistaken({"authorizer": "kafka.security.authorizer.AclAuthorizer", "coordination": "unknown"})) == 0
}

test_the_right_one_is_fine if {
	count(mistaken({})) == 0
	count(mistaken({"authorizer": "kafka.security.authorizer.AclAuthorizer", "coordination": "zookeeper"})) == 0
}
