package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

lenient(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/mtls-not-strict"
}

test_a_policy_that_takes_plaintext_is_found if {
	some finding in lenient({"plain_mtls": "permissive"})
	not finding.severity
	contains(finding.message, "port 9092 of container kafka")
}

test_one_that_turns_mtls_off_is_an_error if {
	found := lenient({"plain_mtls": "disable"})
	count(found) == 1
	some finding in found
	finding.severity == "error"
}

test_strict_is_fine if count(lenient({})) == 0

test_what_no_policy_says_is_not_guessed if {
	count(lenient({"plain_mtls": "unknown"})) == 0
	count(lenient({"plain_mtls": ""})) == 0
}

test_outside_the_mesh_policies_say_nothing if {
	count(lenient({"plain_mtls": "permissive", "in_mesh": "no"})) == 0
	count(lenient({"plain_mtls": "disable", "in_mesh": "no"})) == 0
}
