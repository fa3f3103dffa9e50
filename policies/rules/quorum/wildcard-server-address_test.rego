package sluice.quorum_test

import data.sluice.clean
import data.sluice.quorum

wildcard(facts) := {finding |
	some finding in quorum.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "quorum/wildcard-server-address"
}

versioned(text, number) := wildcard({
	"wildcard_server": true,
	"zookeeper_version": text,
	"zookeeper_version_number": number,
})

test_versions_that_dial_back_at_the_sent_address_are_found if {
	some finding in versioned("3.5.0", 30500)
	contains(finding.message, "ZooKeeper 3.5.0")
	count(versioned("3.5.7", 30507)) == 1
}

test_versions_around_them_are_fine if {
	count(versioned("3.4.14", 30414)) == 0
	count(versioned("3.5.8", 30508)) == 0
	count(versioned("", 0)) == 0
}

test_a_quorum_of_two_is_found_in_any_version if {
	some finding in wildcard({"wildcard_server": true, "quorum_size": 2})
	contains(finding.message, "a quorum of 2")
	count(wildcard({"wildcard_server": true, "quorum_size": 1})) == 1
}

test_unknown_sizes_are_not_guessed if count(wildcard({"wildcard_server": true, "quorum_size": 0})) == 0

test_host_names_are_fine if {
	count(wildcard({"zookeeper_version": "3.5.5", "zookeeper_version_number": 30505})) == 0
	count(wildcard({"quorum_size": 2})) == 0
}
