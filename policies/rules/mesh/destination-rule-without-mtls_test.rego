package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

plaintext(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.service_port, facts)
	finding.rule == "mesh/destination-rule-without-mtls"
}

test_plaintext_to_pods_that_demand_mtls_is_found if {
	some finding in plaintext({"client_tls": "disable"})
	not finding.severity
	contains(finding.message, "Service kafka-headless")
	count(plaintext({"client_tls": "disable", "own_tls": "yes"})) == 1
}

test_plaintext_to_pods_that_take_it_is_a_warning if {
	found := plaintext({"client_tls": "disable", "mtls": "permissive"})
	count(found) == 1
	some finding in found
	finding.severity == "warning"
	count(plaintext({"client_tls": "disable", "mtls": "unknown", "own_tls": "unknown"})) == 1
}

test_tls_of_the_process_is_enough_where_plaintext_is_taken if {
	count(plaintext({"client_tls": "disable", "mtls": "permissive", "own_tls": "yes"})) == 0
}

test_a_port_without_mtls_wants_a_rule_like_that if {
	count(plaintext({"client_tls": "disable", "mtls": "disable"})) == 0
}

test_a_rule_that_says_mtls_is_fine if {
	count(plaintext({})) == 0
	count(plaintext({"mtls": "permissive"})) == 0
}

test_what_is_not_known_to_be_kafka_is_left_alone if {
	count(plaintext({"client_tls": "disable", "serves": ""})) == 0
	count(plaintext({"client_tls": "disable", "serves": "", "mtls": "permissive"})) == 0
}

test_pods_outside_the_mesh_need_a_rule_like_that if {
	count(plaintext({"client_tls": "disable", "in_mesh": "no"})) == 0
	count(plaintext({"client_tls": "disable", "in_mesh": "no", "mtls": "permissive"})) == 0
}
