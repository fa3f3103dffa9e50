package sluice.security_test

import data.sluice.clean
import data.sluice.security

nameless(facts) := {finding |
	some finding in security.findings with input as object.union(clean.certificate, facts)
	finding.rule == "security/certificate-lacks-name"
}

test_a_host_without_a_name_is_found if {
	some finding in nameless({"lacking_name": "kafka.example.com"})
	contains(finding.message, "advertises kafka.example.com with TLS")
}

test_a_certificate_with_all_names_is_fine if {
	count(nameless({})) == 0
}
