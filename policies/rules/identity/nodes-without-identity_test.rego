package sluice.identity_test

import data.sluice.clean
import data.sluice.identity

refused_nodes(facts) := {finding |
	some finding in identity.findings with input as object.union(clean.broker, facts)
	finding.rule == "identity/nodes-without-identity"
}

test_nodes_in_plaintext_are_found if {
	some finding in refused_nodes({"nodes_known": "no", "super_user_spiffe": ""})
	contains(finding.message, "container kafka")
}

test_without_super_users_they_are_found_too if {
	count(refused_nodes({"nodes_known": "no", "super_user_spiffe": "", "super_users": "absent"})) == 1
}

test_super_users_that_cannot_be_seen_are_not_guessed if {
	count(refused_nodes({"nodes_known": "no", "super_user_spiffe": "", "super_users": "unknown"})) == 0
}

test_anonymous_super_users_get_in if {
	count(refused_nodes({"nodes_known": "no", "super_user_spiffe": "", "super_users_anonymous": true})) == 0
}

test_so_does_everyone_who_may if {
	count(refused_nodes({"nodes_known": "no", "super_user_spiffe": "", "allow_everyone": "yes"})) == 0
}

test_an_id_that_nobody_has_is_said_elsewhere if {
	count(refused_nodes({"nodes_known": "no"})) == 0
}

test_with_zookeeper_the_rights_may_be_there if {
	count(refused_nodes({"nodes_known": "no", "super_user_spiffe": "", "authorizer": "kafka.security.authorizer.AclAuthorizer"})) == 0
}

test_nodes_with_an_identity_are_fine if {
	count(refused_nodes({"super_user_spiffe": ""})) == 0
}
