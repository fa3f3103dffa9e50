package sluice.security_test

import data.sluice.clean
import data.sluice.security

forbidden(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/refused-by-pod-security"
}

test_a_pod_that_is_refused_is_found if {
	some finding in forbidden({"pod_security": "restricted", "pod_security_breach": "container kafka does not say runAsNonRoot: true"})
	endswith(finding.message, "runAsNonRoot: true")
}

test_a_pod_that_is_up_to_it_is_fine if {
	count(forbidden({"pod_security": "restricted"})) == 0
}

test_other_levels_are_fine if {
	count(forbidden({"pod_security": "baseline"})) == 0
}
