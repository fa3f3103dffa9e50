package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

quarrel(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.service_port, facts)
	finding.rule == "mesh/services-disagree-on-protocol"
}

apart(facts) := quarrel(object.union({"serves": "http", "protocol": "http", "disagrees_with": "rest", "other_protocol": "tcp"}, facts))

test_two_services_that_disagree_are_found if {
	some finding in apart({})
	finding.message == "port 9092 is http here and tcp in Service rest, but both lead to the same port of the pod"
	count(apart({"serves": ""})) == 1
}

test_what_is_wrong_on_a_port_of_kafka_is_said_elsewhere if {
	count(apart({"serves": "kafka"})) == 0
	count(apart({"serves": "zookeeper"})) == 0
}

test_services_that_agree_are_fine if {
	count(apart({"disagrees_with": ""})) == 0
	count(apart({"disagrees_with": "", "serves": ""})) == 0
}

test_outside_the_mesh_they_may_disagree if {
	count(apart({"in_mesh": "no"})) == 0
	count(apart({"in_mesh": "no", "serves": ""})) == 0
}
