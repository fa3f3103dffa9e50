package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

offered(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/open-listener-outside"
}

test_a_plaintext_listener_outside_is_found if {
	some finding in offered({"listener_offered": true, "open_listener": "EXTERNAL", "open_listener_way": "Service kafka-external of type NodePort"})
	contains(finding.message, "Service kafka-external of type NodePort offers the listener EXTERNAL")
}

test_listeners_within_the_cluster_are_fine if {
	count(offered({})) == 0
}

test_a_listener_of_strimzi_outside_is_found if {
	found := {finding |
		some finding in identity.findings with input as object.union(clean.strimzi_listener, {"listener_offered": true, "open_listener": "external", "open_listener_way": "the listener's type nodeport"})
		finding.rule == "identity/open-listener-outside"
	}
	count(found) == 1
}
