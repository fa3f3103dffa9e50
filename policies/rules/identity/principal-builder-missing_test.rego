package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

missing_builder(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/principal-builder-missing"
}

test_a_class_that_nothing_brings_is_found if {
	some finding in missing_builder({"principal_builder": "a.B", "principal_builder_found": "no"})
	contains(finding.message, "class a.B")
}

test_a_class_that_is_there_is_fine if {
	count(missing_builder({"principal_builder": "a.B", "principal_builder_found": "yes"})) == 0
}

test_what_another_image_holds_is_not_guessed if {
	count(missing_builder({"principal_builder": "a.B", "principal_builder_found": "unknown"})) == 0
}

test_kafkas_own_is_always_there if {
	count(missing_builder({})) == 0
}
