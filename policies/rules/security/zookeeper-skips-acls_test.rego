package sluice.security_test

import data.sluice.clean
import data.sluice.security

skipping(facts) := {finding |
	some finding in security.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "security/zookeeper-skips-acls"
}

test_skipping_is_found if {
	count(skipping({"skips_acls": true})) == 1
}

test_checking_is_fine if {
	count(skipping({})) == 0
}
