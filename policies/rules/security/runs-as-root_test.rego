package sluice.security_test

import data.sluice.clean
import data.sluice.security

root(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/runs-as-root"
}

test_user_zero_is_found if {
	count(root({"runs_as_root": true})) == 1
}

test_a_privileged_container_is_said_elsewhere if {
	count(root({"runs_as_root": true, "privileged": true})) == 0
}

test_others_are_fine if {
	count(root({})) == 0
}
