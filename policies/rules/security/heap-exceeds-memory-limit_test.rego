package sluice.security_test

import data.sluice.clean
import data.sluice.security

killed(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/heap-exceeds-memory-limit"
}

test_a_heap_beyond_the_limit_is_found if {
	some finding in killed({"heap_fits": "no", "heap_mib": 2048, "memory_limit_mib": 1024})
	contains(finding.message, "2048 MiB, and all its memory to 1024 MiB")
}

test_a_heap_within_it_is_fine if {
	count(killed({})) == 0
}

test_what_is_not_known_is_not_guessed if {
	count(killed({"heap_fits": "unknown"})) == 0
}
