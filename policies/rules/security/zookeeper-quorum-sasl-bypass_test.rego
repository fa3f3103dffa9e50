package sluice.security_test

import data.sluice.clean
import data.sluice.security

bypassed(facts) := {finding |
	some finding in security.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "security/zookeeper-quorum-sasl-bypass"
}

test_versions_before_the_mend_are_found if {
	some finding in bypassed({"quorum_sasl": true, "zookeeper_version": "3.7.1", "zookeeper_version_number": 30701})
	contains(finding.message, "ZooKeeper 3.7.1")
	count(bypassed({"quorum_sasl": true, "zookeeper_version_number": 30802})) == 1
	count(bypassed({"quorum_sasl": true, "zookeeper_version_number": 30900})) == 1
}

test_mended_versions_are_fine if {
	every number in [30702, 30803, 30901] {
		count(bypassed({"quorum_sasl": true, "zookeeper_version_number": number})) == 0
	}
}

test_a_version_that_is_not_known_is_not_guessed if {
	count(bypassed({"quorum_sasl": true, "zookeeper_version_number": 0})) == 0
}

test_without_sasl_there_is_nothing_to_bypass if {
	count(bypassed({"zookeeper_version_number": 30701})) == 0
}
