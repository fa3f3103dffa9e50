package sluice.security_test

import data.sluice.clean
import data.sluice.security

shareholder(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/heap-without-memory-limit"
}

test_a_share_of_the_node_is_found if {
	count(shareholder({"heap_is_share": true, "memory_limited": "no"})) == 1
}

test_a_share_of_a_limit_is_fine if {
	count(shareholder({"heap_is_share": true})) == 0
}

test_a_heap_that_is_written_out_is_fine if {
	count(shareholder({"memory_limited": "no"})) == 0
}
