package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

lame(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.strimzi_user, facts)
	finding.rule == "acl/transaction-without-write"
}

test_a_lame_transaction_is_found if {
	some finding in lame({"transaction_without_write": "orders"})
	contains(finding.message, "id orders")
}

test_others_are_fine if {
	count(lame({})) == 0
}
