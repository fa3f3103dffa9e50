package sluice.security_test

import data.sluice.clean
import data.sluice.security

expiring(facts) := {finding |
	some finding in security.findings with input as object.union(clean.certificate, facts)
	finding.rule == "security/certificate-expires-unrenewed"
}

test_a_certificate_that_stays_old_is_found if {
	some finding in expiring({"renewal_arrives": "no"})
	contains(finding.message, "certificate kafka-tls")
}

test_one_that_arrives_is_fine if {
	count(expiring({})) == 0
}

test_what_an_operator_does_is_not_guessed if {
	count(expiring({"renewal_arrives": "unknown"})) == 0
}
