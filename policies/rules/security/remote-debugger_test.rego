package sluice.security_test

import data.sluice.clean
import data.sluice.security

debugged(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/remote-debugger"
}

test_an_open_debugger_is_found if {
	some finding in debugged({"debugger_open": true, "debugger": "*:5005"})
	contains(finding.message, "at *:5005")
}

test_no_debugger_is_fine if {
	count(debugged({})) == 0
}
