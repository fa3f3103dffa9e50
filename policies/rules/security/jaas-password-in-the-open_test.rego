package sluice.security_test

import data.sluice.clean
import data.sluice.security

jaas(facts) := {finding |
	some finding in security.findings with input as object.union(clean.credential, facts)
	finding.rule == "security/jaas-password-in-the-open"
}

test_jaas_text_in_a_variable_is_found if {
	some finding in jaas({"form": "jaas", "name": "CONNECT_SASL_JAAS_CONFIG"})
	startswith(finding.message, "CONNECT_SASL_JAAS_CONFIG")
}

test_jaas_text_in_a_script_is_found if {
	some finding in jaas({"form": "jaas", "name": ""})
	startswith(finding.message, "a script of container kafka")
}

test_other_passwords_are_said_elsewhere if {
	count(jaas({})) == 0
}
