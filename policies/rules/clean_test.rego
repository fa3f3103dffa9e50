# The facts of subjects with which no rule finds fault. Tests change one or two of them
# at a time. A part is what one table of facts holds.
package sluice.clean

broker := object.union(
	{"subject": "broker", "container": "kafka"},
	object.union_n([broker_mesh, broker_proxy, broker_ports, broker_quorum, broker_identity, broker_security]),
)

zookeeper := object.union(broker, {
	"subject": "zookeeper",
	"container": "zookeeper",
	"service_links_harm": "ignored",
	"link_variable": "",
	"link_service": "",
	"quorum_size": 3,
	"zookeeper_version": "3.8.4",
	"zookeeper_version_number": 30804,
	"authorizer": "",
})

broker_mesh := {
	"in_mesh": "yes",
	"hold": true,
	"proxy_config": "valid",
	"proxy_config_error": "",
	"proxy_outlives_app": true,
	"proxy_drain_seconds": 5,
	"service_links": false,
	"service_links_harm": "become-settings",
	"link_variable": "KAFKA_PORT",
	"link_service": "kafka",
	"inbound_delivery": "localhost",
}

broker_proxy := {
	"sidecar": "unknown",
	"istio_version": "",
	"istio_age": "unknown",
	"opted_out": false,
	"namespace_mtls": "strict",
	"host_network": false,
	"injection_asked": true,
	"runs_as_proxy": false,
	"tcp_probe": "readinessProbe",
	"rewrites_probes": true,
	"completes": false,
	"quits_proxy": false,
	"grace_seconds": 120,
	"grace": "enough",
	"pre_stop_seconds": 0,
}

broker_ports := {
	"plain_mtls": "strict",
	"plain_port": 9092,
	"excluded_port": 0,
	"excluded_way": "",
	"tls_inside": 0,
	"takes_reserved_port": false,
	"reserved_port": 0,
	"host_port": 0,
	"host_port_mtls": "",
	"advertised": "",
	"advertised_mtls": "",
	"advertised_name": "",
}

broker_quorum := {
	"quorum_listens_on_all": "yes",
	"quorum_size": 0,
	"wildcard_server": false,
	"zookeeper_version": "",
	"zookeeper_version_number": 0,
}

broker_identity := {
	"authorizer": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
	"super_users": "known",
	"super_users_anonymous": false,
	"super_user_malformed": "",
	"super_users_joined": "",
	"super_user_default_account": "",
	"super_user_gateway": "",
	"super_user_spiffe": "User:spiffe://cluster.local/ns/kafka/sa/kafka",
	"allow_everyone": "no",
	"coordination": "kraft",
	"kafka_version": "4.1.0",
	"kafka_version_number": 40100,
	"clients_known_by": "certificate",
	"nodes_known": "yes",
	"principal_builder": "",
	"principal_builder_found": "",
	"principal_builder_serde": "",
	"principal_builder_reads_certificate": false,
	"mapping_rules": false,
	"key_store_from_mesh": false,
	"listener_offered": false,
	"open_listener": "",
	"open_listener_way": "",
}

broker_security := {
	"privileged": false,
	"runs_as_root": false,
	"capability": "",
	"privilege_escalation": false,
	"host_namespace": "",
	"seccomp": "RuntimeDefault",
	"image_tag": "4.1.0",
	"image_moves": false,
	"token": "refused",
	"asks_api_server": false,
	"pod_security": "",
	"pod_security_breach": "",
	"jmx": "",
	"debugger_open": false,
	"debugger": "",
	"heap_mib": 1024,
	"heap_is_share": false,
	"memory_limit_mib": 4096,
	"memory_limited": "yes",
	"heap_fits": "yes",
	"allows_broken_tls": false,
	"broken_tls_version": "",
	"allows_broken_cipher": false,
	"broken_cipher": "",
	"password_listener_in_clear": "",
	"address_limit": "",
	"four_letter_words": "",
	"skips_acls": false,
	"super_digest": false,
	"admin_server_way": "",
	"quorum_sasl": false,
}

service := {
	"subject": "service",
	"service": "kafka-headless",
	"in_mesh": "yes",
	"headless": true,
	"names_peers": true,
	"publishes_not_ready": true,
	"readiness": "probed",
	"mtls": "strict",
	"client_tls": "istio-mutual",
}

service_port := {
	"subject": "service-port",
	"service": "kafka-headless",
	"in_mesh": "yes",
	"port": 9092,
	"protocol": "tcp",
	"protocol_kind": "tcp",
	"protocol_word": "tcp-kafka",
	"serves": "kafka",
	"own_tls": "no",
	"clashes_with": "",
	"disagrees_with": "",
	"other_protocol": "",
	"mtls": "strict",
	"client_tls": "istio-mutual",
}

access := {
	"subject": "access",
	"enters_pods": false,
	"way": "",
	"pods_are_trusted": "yes",
}

envoy_patch := {
	"subject": "envoy-patch",
	"filter": "envoy.filters.network.zookeeper_proxy",
	"filter_is_built_in": true,
}

credential := {
	"subject": "credential",
	"container": "kafka",
	"form": "password",
	"name": "KAFKA_SSL_KEYSTORE_PASSWORD",
}

acl := {
	"subject": "acl",
	"origin": "strimzi",
	"namespace_in_mesh": "yes",
	"principal": "User:alice",
	"principal_kind": "named",
	"principal_is_gateway": false,
	"ambiguous_account": "",
	"permission": "allow",
	"resource": "topic",
	"resource_name": "orders",
	"pattern": "literal",
	"scope": "narrow",
	"operation": "Read",
	"host": "*",
	"void_by": "",
}

strimzi_user := {
	"subject": "strimzi-user",
	"cluster": "events",
	"has_acls": true,
	"cluster_authorizes": "yes",
	"reads_without_group": false,
	"transaction_without_write": "",
	"writes_without_idempotence": false,
	"broker_version": "4.1.0",
	"broker_version_number": 40100,
}

strimzi_topic := object.union(strimzi_user, {"subject": "strimzi-topic", "has_acls": false})

strimzi_listener := {
	"subject": "strimzi-listener",
	"listener": "plain",
	"authenticates": true,
	"cluster_authorizes": true,
	"anonymous_super_user": false,
	"listener_offered": false,
	"open_listener": "",
	"open_listener_way": "",
}

strimzi_super_user := {
	"subject": "strimzi-super-user",
	"super_user": "CN=alice",
	"super_user_has_type": false,
	"super_users_anonymous": false,
	"authorizer": "simple",
}

certificate := {
	"subject": "certificate",
	"container": "kafka",
	"certificate": "kafka-tls",
	"renewal_arrives": "yes",
	"lacking_name": "",
	"lacks_client_usage": false,
}
