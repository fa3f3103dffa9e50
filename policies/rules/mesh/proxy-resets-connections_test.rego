package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

fickle(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/proxy-resets-connections"
}

test_an_old_proxy_is_found if {
	some finding in fickle({"istio_age": "resets", "istio_version": "1.4.2"})
	startswith(finding.message, "the proxy of Istio 1.4.2 closes")
}

test_a_later_one_is_fine if {
	every age in {"unknown", "ended", "supported"} {
		count(fickle({"istio_age": age})) == 0
	}
}
