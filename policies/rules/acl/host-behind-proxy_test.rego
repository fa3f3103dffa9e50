package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

addressed(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/host-behind-proxy"
}

test_an_address_is_found if {
	some finding in addressed({"host": "10.0.0.7"})
	contains(finding.message, "an ACL for 10.0.0.7")
}

test_that_of_the_proxy_is_found if {
	count(addressed({"host": "127.0.0.6"})) == 1
}

test_all_addresses_are_fine if {
	count(addressed({})) == 0
}

test_outside_of_the_mesh_addresses_mean_something if {
	count(addressed({"host": "10.0.0.7", "namespace_in_mesh": "no"})) == 0
	count(addressed({"host": "10.0.0.7", "namespace_in_mesh": "unknown"})) == 0
}
