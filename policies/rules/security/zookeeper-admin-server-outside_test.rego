package sluice.security_test

import data.sluice.clean
import data.sluice.security

outside(facts) := {finding |
	some finding in security.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "security/zookeeper-admin-server-outside"
}

test_an_admin_server_outside_is_found if {
	some finding in outside({"admin_server_way": "hostPort 8080"})
	startswith(finding.message, "hostPort 8080 offers")
}

test_within_the_cluster_is_fine if {
	count(outside({})) == 0
}
