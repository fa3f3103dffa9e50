package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

broad(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/broad-change"
}

test_changing_everything_is_found if {
	some finding in broad({"scope": "all", "operation": "Write"})
	finding.message == "Write on every topic"
}

test_a_short_prefix_is_found if {
	some finding in broad({"scope": "broad", "resource_name": "o", "operation": "Delete"})
	contains(finding.message, "\"o\"")
}

test_reading_everything_is_fine if {
	count(broad({"scope": "all"})) == 0
	count(broad({"scope": "broad"})) == 0
}

test_a_deny_may_be_broad if {
	count(broad({"scope": "all", "operation": "Write", "permission": "deny"})) == 0
	count(broad({"scope": "broad", "operation": "Write", "permission": "deny"})) == 0
}

test_other_resources_are_not_judged_here if {
	count(broad({"scope": "all", "operation": "Write", "resource": "transactional-id"})) == 0
	count(broad({"scope": "broad", "operation": "Write", "resource": "transactional-id"})) == 0
}

test_one_owners_topics_are_fine if {
	count(broad({"operation": "Write"})) == 0
	count(broad({"operation": "Write", "scope": "unknown"})) == 0
}
