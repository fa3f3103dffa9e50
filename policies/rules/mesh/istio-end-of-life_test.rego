package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

retired(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/istio-end-of-life"
}

test_a_version_without_fixes_is_found if {
	some finding in retired({"istio_age": "ended", "istio_version": "1.20.8"})
	startswith(finding.message, "Istio 1.20.8")
}

test_a_version_with_fixes_is_fine if count(retired({"istio_age": "supported"})) == 0

test_what_is_worse_is_said_elsewhere if count(retired({"istio_age": "resets"})) == 0

test_an_unknown_version_is_not_guessed if count(retired({})) == 0
