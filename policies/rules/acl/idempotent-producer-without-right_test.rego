package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

refused_producer(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.strimzi_user, facts)
	finding.rule == "acl/idempotent-producer-without-right"
}

test_an_old_broker_is_found if {
	some finding in refused_producer({"writes_without_idempotence": true, "broker_version": "2.7.0", "broker_version_number": 20700})
	contains(finding.message, "Kafka 2.7.0")
}

test_newer_brokers_are_fine if {
	count(refused_producer({"writes_without_idempotence": true, "broker_version_number": 20800})) == 0
}

test_a_version_that_is_not_known_is_not_guessed if {
	count(refused_producer({"writes_without_idempotence": true, "broker_version_number": 0})) == 0
}

test_who_has_the_right_is_fine if {
	count(refused_producer({"broker_version_number": 20700})) == 0
}
