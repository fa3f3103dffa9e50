package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

hollow(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/tcp-probe-always-passes"
}

test_a_probe_that_the_proxy_answers_is_found if {
	some finding in hollow({"rewrites_probes": false})
	startswith(finding.message, "the readinessProbe of container kafka")
}

test_a_rewritten_probe_is_fine if count(hollow({})) == 0

test_probes_that_do_more_are_fine if count(hollow({"rewrites_probes": false, "tcp_probe": ""})) == 0

test_without_a_proxy_nobody_answers_for_others if count(hollow({"rewrites_probes": false, "in_mesh": "no"})) == 0
