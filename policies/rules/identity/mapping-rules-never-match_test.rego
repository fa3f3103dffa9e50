package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

unmapped(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/mapping-rules-never-match"
}

test_rules_without_a_tls_listener_are_found if {
	count(unmapped({"mapping_rules": true, "clients_known_by": "nothing"})) == 1
	count(unmapped({"mapping_rules": true, "clients_known_by": "password"})) == 1
}

test_rules_for_certificates_of_the_mesh_are_found if {
	some finding in unmapped({"mapping_rules": true, "key_store_from_mesh": true, "clients_known_by": "certificate"})
	contains(finding.message, "empty subject")
}

test_rules_for_certificates_with_names_are_fine if {
	count(unmapped({"mapping_rules": true, "clients_known_by": "certificate"})) == 0
}

test_listeners_that_cannot_be_seen_are_not_guessed if {
	count(unmapped({"mapping_rules": true, "clients_known_by": "unknown"})) == 0
}

test_no_rules_are_fine if {
	count(unmapped({"clients_known_by": "nothing"})) == 0
	count(unmapped({"key_store_from_mesh": true, "clients_known_by": "certificate"})) == 0
}
