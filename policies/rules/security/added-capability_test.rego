package sluice.security_test

import data.sluice.clean
import data.sluice.security

capable(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/added-capability"
}

test_a_capability_is_found if {
	some finding in capable({"capability": "NET_ADMIN"})
	contains(finding.message, "NET_ADMIN")
}

test_a_privileged_container_is_said_elsewhere if {
	count(capable({"capability": "NET_ADMIN", "privileged": true})) == 0
}

test_others_are_fine if {
	count(capable({})) == 0
}
