package sluice.security_test

import data.sluice.clean
import data.sluice.security

shared(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/shared-host-namespace"
}

test_the_processes_of_the_node_are_found if {
	some finding in shared({"host_namespace": "hostPID"})
	contains(finding.message, "processes")
}

test_the_memory_of_the_node_is_found if {
	some finding in shared({"host_namespace": "hostIPC"})
	contains(finding.message, "memory")
}

test_neither_is_fine if {
	count(shared({})) == 0
}
