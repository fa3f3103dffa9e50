package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

links(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.broker, facts)
	finding.rule == "mesh/service-links-become-settings"
}

test_links_that_become_settings_are_found if {
	some finding in links({"service_links": true})
	not finding.severity
	contains(finding.message, "called kafka would put its address into this pod as KAFKA_PORT")
}

test_links_that_stop_the_start_are_an_error if {
	some finding in links({"service_links": true, "service_links_harm": "stop-start"})
	finding.severity == "error"
}

test_an_image_that_ignores_links_is_fine if {
	count(links({"service_links": true, "service_links_harm": "ignored"})) == 0
}

test_links_that_are_off_are_fine if {
	count(links({})) == 0
	count(links({"service_links_harm": "stop-start"})) == 0
}

test_links_do_harm_outside_the_mesh_too if {
	count(links({"service_links": true, "in_mesh": "no"})) == 1
}
