package sluice.security_test

import data.sluice.clean
import data.sluice.security

unconfined(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/seccomp-unconfined"
}

test_unconfined_is_found if {
	count(unconfined({"seccomp": "Unconfined"})) == 1
}

test_a_privileged_container_is_said_elsewhere if {
	count(unconfined({"seccomp": "Unconfined", "privileged": true})) == 0
}

test_a_profile_and_nothing_are_fine if {
	count(unconfined({})) == 0
	count(unconfined({"seccomp": ""})) == 0
}
