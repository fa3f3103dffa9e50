package sluice.security_test

import data.sluice.clean
import data.sluice.security

privileged(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/privileged-container"
}

test_a_privileged_container_is_found if {
	count(privileged({"privileged": true})) == 1
}

test_others_are_fine if {
	count(privileged({})) == 0
}
