package sluice.security_test

import data.sluice.clean
import data.sluice.security

digest(facts) := {finding |
	some finding in security.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "security/zookeeper-super-digest"
}

test_a_digest_is_found if {
	count(digest({"super_digest": true})) == 1
}

test_none_is_fine if {
	count(digest({})) == 0
}
