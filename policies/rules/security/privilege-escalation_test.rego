package sluice.security_test

import data.sluice.clean
import data.sluice.security

escalating(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/privilege-escalation"
}

test_asking_for_it_is_found if {
	count(escalating({"privilege_escalation": true})) == 1
}

test_a_privileged_container_has_to_ask if {
	count(escalating({"privilege_escalation": true, "privileged": true})) == 0
}

test_not_asking_is_fine if {
	count(escalating({})) == 0
}
