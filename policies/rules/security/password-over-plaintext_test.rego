package sluice.security_test

import data.sluice.clean
import data.sluice.security

clear(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/password-over-plaintext"
}

test_passwords_in_the_clear_are_found if {
	some finding in clear({"in_mesh": "no", "password_listener_in_clear": "CLIENT"})
	contains(finding.message, "listener CLIENT")
}

test_the_mesh_encrypts_them if {
	count(clear({"password_listener_in_clear": "CLIENT"})) == 0
	count(clear({"in_mesh": "unknown", "password_listener_in_clear": "CLIENT"})) == 0
}

test_other_listeners_are_fine if {
	count(clear({"in_mesh": "no"})) == 0
}
