package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

serdeless(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/principal-builder-without-serde"
}

test_a_builder_without_serde_in_kraft_is_found if {
	some finding in serdeless({"principal_builder": "a.B", "principal_builder_serde": "no"})
	contains(finding.message, "a KRaft node")
}

test_a_builder_without_serde_since_three_is_found if {
	some finding in serdeless({"principal_builder": "a.B", "principal_builder_serde": "no", "coordination": "zookeeper"})
	contains(finding.message, "Kafka 4.1.0")
}

test_older_brokers_do_not_ask if {
	count(serdeless({"principal_builder_serde": "no", "coordination": "zookeeper", "kafka_version_number": 20801})) == 0
}

test_a_version_that_is_not_known_is_not_guessed if {
	count(serdeless({"principal_builder_serde": "no", "coordination": "unknown", "kafka_version_number": 0})) == 0
}

test_a_builder_that_is_not_there_is_said_elsewhere if {
	every coordination in ["kraft", "zookeeper"] {
		count(serdeless({"principal_builder_serde": "no", "principal_builder_found": "no", "coordination": coordination})) == 0
	}
}

test_other_builders_are_not_judged if {
	count(serdeless({"principal_builder_serde": "unknown"})) == 0
	count(serdeless({})) == 0
}
