package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

nameless(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.service, facts)
	finding.rule == "mesh/not-ready-peers-without-names"
}

test_peers_that_have_no_names_until_they_are_ready_are_found if {
	some finding in nameless({"publishes_not_ready": false})
	not finding.severity
	contains(finding.message, "Service kafka-headless")
}

test_a_probe_that_needs_the_quorum_is_an_error if {
	found := nameless({"publishes_not_ready": false, "readiness": "needs-quorum"})
	count(found) == 1
	some finding in found
	finding.severity == "error"
}

test_without_a_probe_it_is_worth_a_word if {
	found := nameless({"publishes_not_ready": false, "readiness": "always"})
	count(found) == 1
	some finding in found
	finding.severity == "info"
}

test_published_peers_are_fine if count(nameless({})) == 0

test_a_service_that_is_not_for_the_peers_is_fine if {
	every readiness in {"always", "probed", "needs-quorum"} {
		count(nameless({"publishes_not_ready": false, "readiness": readiness, "names_peers": false})) == 0
		count(nameless({"publishes_not_ready": false, "readiness": readiness, "headless": false})) == 0
	}
}
