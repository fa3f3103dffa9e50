package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

uncommitted(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, object.union({"subject": "connect", "container": "worker"}, facts))
	finding.rule == "mesh/proxy-exits-before-worker"
}

test_a_proxy_that_leaves_before_the_last_commit_is_found if {
	some finding in uncommitted({"proxy_outlives_app": false})
	finding.message == "the proxy leaves 5 seconds after SIGTERM, even if container worker still has something to commit"
}

test_so_it_is_for_a_worker_of_which_the_mesh_is_not_known if {
	count(uncommitted({"proxy_outlives_app": false, "in_mesh": "unknown"})) == 1
}

test_a_proxy_that_stays_for_the_commits_is_fine if count(uncommitted({})) == 0

test_a_malformed_annotation_of_a_worker_is_said_only_once if {
	count(uncommitted({"proxy_outlives_app": false, "proxy_config": "malformed"})) == 0
}

test_a_worker_without_a_proxy_is_fine if {
	count(uncommitted({"proxy_outlives_app": false, "in_mesh": "no"})) == 0
}
