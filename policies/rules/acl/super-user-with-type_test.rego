package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

doubled(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.strimzi_super_user, facts)
	finding.rule == "acl/super-user-with-type"
}

test_a_doubled_type_is_found if {
	some finding in doubled({"super_user": "User:alice", "super_user_has_type": true})
	contains(finding.message, "User:User:alice")
}

test_a_name_is_fine if {
	count(doubled({})) == 0
}
