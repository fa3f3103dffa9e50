package sluice.mesh

# METADATA
# title: A Service's name may become a setting
# description: |
#   For every Service of the namespace the kubelet puts variables into each container: a
#   Service called kafka becomes KAFKA_PORT=tcp://10.0.35.234:9092. Images that turn
#   such variables into properties of their server take it for one.
# custom:
#   rule: mesh/service-links-become-settings
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     port is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.
#     PORT is deprecated. Please use SCHEMA_REGISTRY_LISTENERS instead.
#     Invalid value tcp://10.0.35.234:9092 for configuration port: Not a number of type INT
#   signs:
#     - 'port is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.'
#     - 'PORT is deprecated. Please use SCHEMA_REGISTRY_LISTENERS instead.'
#     - 'Invalid value tcp://... for configuration ...: Not a number of type INT'
#   cause: |
#     enableServiceLinks is true unless the pod says otherwise. It takes only a Service
#     of the right name, which somebody may create long after the pod was written: the
#     pod then fails at its next restart. Confluent's images exit at once, which is why
#     the finding is an error there; the official image discards its built-in
#     configuration as soon as it sees any such variable.
#   fix: Set enableServiceLinks to false in the pod's spec.
#   versions: All versions of the images that configure their server by variables with a prefix.
#   source: https://github.com/confluentinc/cp-docker-images/issues/388
findings contains {
	"rule": "mesh/service-links-become-settings",
	"fact": "service_links",
	"message": sprintf(
		"a Service called %s would put its address into this pod as %s, which this image writes into the server's configuration",
		[input.link_service, input.link_variable],
	),
} if {
	input.service_links_harm == "become-settings"
	input.service_links == true
}

findings contains {
	"rule": "mesh/service-links-become-settings",
	"fact": "service_links",
	"severity": "error",
	"message": sprintf(
		"a Service called %s would put its address into this pod as %s, and this image refuses to start with that",
		[input.link_service, input.link_variable],
	),
} if {
	input.service_links_harm == "stop-start"
	input.service_links == true
}
