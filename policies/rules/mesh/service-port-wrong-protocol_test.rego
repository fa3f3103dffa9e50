package sluice.mesh_test

import data.sluice.clean
import data.sluice.mesh

misnamed(facts) := {finding |
	some finding in mesh.findings with input as object.union(clean.service_port, facts)
	finding.rule == "mesh/service-port-wrong-protocol"
}

test_a_port_that_is_decoded_as_http_is_found if {
	some finding in misnamed({"protocol": "grpc", "protocol_kind": "http", "protocol_word": "grpc-kafka"})
	not finding.severity
	finding.message == "\"grpc-kafka\" makes Istio decode port 9092 as grpc, but it is one of kafka"
}

test_tls_that_is_none_is_a_warning if {
	some finding in misnamed({"protocol": "tls", "protocol_kind": "tls"})
	finding.severity == "warning"
}

test_tls_that_is_there_is_fine if {
	count(misnamed({"protocol": "tls", "protocol_kind": "tls", "own_tls": "yes"})) == 0
	count(misnamed({"protocol": "tls", "protocol_kind": "tls", "own_tls": "unknown"})) == 0
}

test_a_database_is_a_warning if {
	some finding in misnamed({"protocol": "mongo", "protocol_kind": "database"})
	finding.severity == "warning"
}

test_tcp_is_fine if count(misnamed({})) == 0

test_what_serves_http_or_is_not_known_may_say_so if {
	every serves in {"", "http"} {
		count(misnamed({"protocol_kind": "http", "serves": serves})) == 0
		count(misnamed({"protocol_kind": "tls", "serves": serves})) == 0
		count(misnamed({"protocol_kind": "database", "serves": serves})) == 0
	}
}

test_outside_the_mesh_names_are_only_names if {
	every kind in {"http", "tls", "database"} {
		count(misnamed({"protocol_kind": kind, "in_mesh": "no"})) == 0
	}
}
