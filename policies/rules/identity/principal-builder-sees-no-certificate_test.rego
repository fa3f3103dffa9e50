package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

blind(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/principal-builder-sees-no-certificate"
}

test_a_builder_without_certificates_is_found if {
	count(blind({"principal_builder_reads_certificate": true, "principal_builder_serde": "yes", "clients_known_by": "nothing"})) == 1
	count(blind({"principal_builder_reads_certificate": true, "principal_builder_serde": "yes", "clients_known_by": "password"})) == 1
}

test_a_listener_with_tls_is_fine if {
	count(blind({"principal_builder_reads_certificate": true, "principal_builder_serde": "yes", "clients_known_by": "certificate"})) == 0
}

test_listeners_out_of_sight_are_not_guessed if {
	count(blind({"principal_builder_reads_certificate": true, "principal_builder_serde": "yes", "clients_known_by": "unknown"})) == 0
}

test_so_is_an_old_one_in_an_old_broker if {
	count(blind({"principal_builder_reads_certificate": true, "principal_builder_serde": "no", "clients_known_by": "nothing", "coordination": "zookeeper", "kafka_version_number": 20800})) == 1
}

test_one_that_keeps_the_broker_from_starting_is_said_elsewhere if {
	count(blind({"principal_builder_reads_certificate": true, "principal_builder_serde": "no", "clients_known_by": "nothing"})) == 0
	count(blind({"principal_builder_reads_certificate": true, "principal_builder_serde": "yes", "principal_builder_found": "no", "clients_known_by": "nothing"})) == 0
}

test_another_builder_is_not_judged if {
	count(blind({"clients_known_by": "nothing"})) == 0
}
