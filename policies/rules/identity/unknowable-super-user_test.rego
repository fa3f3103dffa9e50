package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

unknowable(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/unknowable-super-user"
}

test_a_spiffe_id_behind_plaintext_is_found if {
	some finding in unknowable({"clients_known_by": "nothing"})
	contains(finding.message, "spiffe://cluster.local/ns/kafka/sa/kafka")
}

test_a_principal_builder_may_know_it if {
	count(unknowable({"clients_known_by": "nothing", "principal_builder": "a.B"})) == 0
}

test_so_may_listeners_with_tls_or_sasl if {
	count(unknowable({"clients_known_by": "certificate"})) == 0
	count(unknowable({"clients_known_by": "password"})) == 0
	count(unknowable({"clients_known_by": "unknown"})) == 0
}

test_another_name_may_come_from_anywhere if {
	count(unknowable({"clients_known_by": "nothing", "super_user_spiffe": ""})) == 0
}

test_nobody_asks_without_an_authorizer if {
	count(unknowable({"clients_known_by": "nothing", "authorizer": ""})) == 0
	count(unknowable({"clients_known_by": "nothing", "authorizer": "unknown"})) == 0
}
