package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

unbuilt(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.envoy_patch, facts)
	finding.rule == "mesh/filter-not-in-proxy"
}

test_a_filter_that_the_proxy_does_not_have_is_found if {
	some finding in unbuilt({"filter": "envoy.filters.network.kafka_broker", "filter_is_built_in": false})
	contains(finding.message, "the filter envoy.filters.network.kafka_broker, and rejects")
}

test_a_filter_that_it_has_is_fine if count(unbuilt({})) == 0
