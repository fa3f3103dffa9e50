package sluice.security_test

import data.sluice.clean
import data.sluice.security

onesided(facts) := {finding |
	some finding in security.findings with input as object.union(clean.certificate, facts)
	finding.rule == "security/certificate-for-servers-alone"
}

test_a_certificate_for_servers_is_found if {
	count(onesided({"lacks_client_usage": true})) == 1
}

test_one_for_both_is_fine if {
	count(onesided({})) == 0
}
