package sluice.security_test

import data.sluice.clean
import data.sluice.security

password(facts) := {finding |
	some finding in security.findings with input as object.union(clean.credential, facts)
	finding.rule == "security/password-in-the-open"
}

test_a_password_is_found if {
	some finding in password({})
	not finding.severity
	contains(finding.message, "KAFKA_SSL_KEYSTORE_PASSWORD of container kafka")
}

test_a_private_key_is_an_error if {
	some finding in password({"form": "key", "name": "ssl.keystore.key"})
	finding.severity == "error"
}

test_jaas_text_is_said_elsewhere if {
	count(password({"form": "jaas"})) == 0
}
