package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

unchecked(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.strimzi_user, facts)
	finding.rule == "acl/cluster-without-authorizer"
}

test_acls_that_nobody_checks_are_found if {
	some finding in unchecked({"cluster_authorizes": "no"})
	contains(finding.message, "resource events")
}

test_a_user_without_acls_is_fine if {
	count(unchecked({"cluster_authorizes": "no", "has_acls": false})) == 0
}

test_a_cluster_that_is_not_known_is_not_guessed if {
	count(unchecked({"cluster_authorizes": "unknown"})) == 0
}

test_an_authorizer_is_fine if {
	count(unchecked({})) == 0
}
