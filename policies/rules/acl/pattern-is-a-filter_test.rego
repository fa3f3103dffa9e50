package sluice.acl_test

import data.sluice.acl
import data.sluice.clean

filtering(facts) := {finding |
	some finding in acl.findings with input as object.union(clean.acl, facts)
	finding.rule == "acl/pattern-is-a-filter"
}

test_a_filter_is_found if {
	count(filtering({"pattern": "filter"})) == 1
}

test_names_and_prefixes_are_fine if {
	count(filtering({})) == 0
	count(filtering({"pattern": "prefixed"})) == 0
}
