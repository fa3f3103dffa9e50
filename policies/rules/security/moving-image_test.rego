package sluice.security_test

import data.sluice.clean
import data.sluice.security

moving(facts) := {finding |
	some finding in security.findings with input as object.union(clean.broker, facts)
	finding.rule == "security/moving-image"
}

test_a_moving_tag_is_found if {
	some finding in moving({"image_moves": true, "image_tag": "latest"})
	contains(finding.message, "\"latest\"")
}

test_no_tag_is_found if {
	some finding in moving({"image_moves": true, "image_tag": ""})
	contains(finding.message, "no tag")
}

test_a_version_is_fine if {
	count(moving({})) == 0
}
