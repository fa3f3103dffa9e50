package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

disguised(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/proxy-user"
}

test_the_proxys_user_is_found if {
	some finding in disguised({"runs_as_proxy": true})
	startswith(finding.message, "container kafka runs as 1337")
}

test_another_user_is_fine if count(disguised({})) == 0

test_without_a_proxy_it_is_a_user_like_others if count(disguised({"runs_as_proxy": true, "in_mesh": "no"})) == 0
