package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

clusterless(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.strimzi_user, facts)
	finding.rule == "acl/resource-of-no-cluster"
}

test_a_resource_without_a_cluster_is_found if {
	count(clusterless({"cluster": ""})) == 1
}

test_a_resource_of_a_cluster_is_fine if {
	count(clusterless({})) == 0
}
