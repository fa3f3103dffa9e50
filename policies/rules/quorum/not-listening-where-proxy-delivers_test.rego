package sluice.quorum_test

import data.sluice.clean
import data.sluice.quorum

deaf(facts) := {finding |
	some finding in quorum.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "quorum/not-listening-where-proxy-delivers"
}

test_one_address_where_the_proxy_delivers_to_localhost_is_found if {
	some finding in deaf({"quorum_listens_on_all": "no"})
	not finding.severity
	contains(finding.message, "container zookeeper")
}

test_one_address_where_the_delivery_is_not_known_is_a_warning if {
	found := deaf({"quorum_listens_on_all": "no", "inbound_delivery": "unknown"})
	count(found) == 1
	some finding in found
	finding.severity == "warning"
}

test_one_address_is_fine_where_the_proxy_delivers_to_it if {
	count(deaf({"quorum_listens_on_all": "no", "inbound_delivery": "pod-ip"})) == 0
}

test_all_addresses_are_fine if {
	count(deaf({})) == 0
	count(deaf({"inbound_delivery": "unknown"})) == 0
}

test_what_cannot_be_seen_is_not_guessed if {
	count(deaf({"quorum_listens_on_all": "unknown"})) == 0
	count(deaf({"quorum_listens_on_all": "unknown", "inbound_delivery": "unknown"})) == 0
}

test_no_proxy_delivers_outside_the_mesh if {
	count(deaf({"quorum_listens_on_all": "no", "in_mesh": "no"})) == 0
	count(deaf({"quorum_listens_on_all": "no", "in_mesh": "no", "inbound_delivery": "unknown"})) == 0
}
