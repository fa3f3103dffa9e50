package sluice.security_test

import data.sluice.clean
import data.sluice.security

outdated(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/broken-tls-version"
}

test_a_broken_version_is_found if {
	some finding in outdated({"allows_broken_tls": true, "broken_tls_version": "TLSv1.1"})
	contains(finding.message, "allows TLSv1.1")
}

test_current_versions_are_fine if {
	count(outdated({})) == 0
}
