package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

ruling(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/cluster-alter"
}

test_each_right_to_rule_is_found if {
	every operation in ["Alter", "All", "ClusterAction"] {
		some finding in ruling({"resource": "cluster", "operation": operation})
		not finding.severity
	}
}

test_changing_configurations_is_a_warning if {
	some finding in ruling({"resource": "cluster", "operation": "AlterConfigs"})
	finding.severity == "warning"
}

test_what_clients_need_is_fine if {
	every operation in ["Describe", "Create", "IdempotentWrite", "DescribeConfigs"] {
		count(ruling({"resource": "cluster", "operation": operation})) == 0
	}
}

test_a_deny_is_fine if {
	every operation in ["Alter", "All", "ClusterAction", "AlterConfigs"] {
		count(ruling({"resource": "cluster", "operation": operation, "permission": "deny"})) == 0
	}
}

test_the_same_on_a_topic_is_fine if {
	every operation in ["Alter", "All", "ClusterAction", "AlterConfigs"] {
		count(ruling({"operation": operation})) == 0
	}
}
