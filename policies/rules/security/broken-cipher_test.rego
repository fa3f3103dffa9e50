package sluice.security_test

import data.sluice.clean
import data.sluice.security

deciphered(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/broken-cipher"
}

test_a_broken_suite_is_found if {
	some finding in deciphered({"allows_broken_cipher": true, "broken_cipher": "TLS_RSA_WITH_NULL_SHA256"})
	contains(finding.message, "TLS_RSA_WITH_NULL_SHA256")
}

test_good_suites_are_fine if {
	count(deciphered({})) == 0
}
