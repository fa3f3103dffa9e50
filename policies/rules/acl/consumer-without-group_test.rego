package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

groupless(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.strimzi_user, facts)
	finding.rule == "acl/consumer-without-group"
}

test_a_consumer_without_a_group_is_found if {
	count(groupless({"reads_without_group": true})) == 1
}

test_others_are_fine if {
	count(groupless({})) == 0
}
