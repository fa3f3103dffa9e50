package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

entering(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.access, facts)
	finding.rule == "identity/role-enters-brokers"
}

test_a_way_into_pods_is_found if {
	some finding in entering({"enters_pods": true, "way": "pods/exec"})
	contains(finding.message, "by pods/exec")
}

test_no_way_is_fine if count(entering({})) == 0

test_where_brokers_do_not_trust_their_pods_it_is_fine if {
	count(entering({"enters_pods": true, "pods_are_trusted": "no"})) == 0
	count(entering({"enters_pods": true, "pods_are_trusted": "unknown"})) == 0
}
