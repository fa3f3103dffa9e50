package sluice.security_test

import data.sluice.clean
import data.sluice.security

token(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/token-nobody-needs"
}

test_a_token_for_nobody_is_found if {
	count(token({"token": "asked-for"})) == 1
}

test_somebody_may_use_it if {
	count(token({"token": "asked-for", "asks_api_server": true})) == 0
}

test_not_asking_is_fine if {
	count(token({})) == 0
	count(token({"token": "default"})) == 0
}
