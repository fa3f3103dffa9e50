package sluice.security_test

import data.sluice.clean
import data.sluice.security

managed(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/remote-jmx"
}

test_an_open_port_is_found if {
	count(managed({"jmx": "open"})) == 1
}

test_localhost_and_passwords_are_fine if {
	count(managed({"jmx": "local"})) == 0
	count(managed({"jmx": "authenticated"})) == 0
}

test_options_that_cannot_be_seen_are_not_guessed if {
	count(managed({"jmx": "unknown"})) == 0
}

test_no_port_is_fine if {
	count(managed({})) == 0
}
