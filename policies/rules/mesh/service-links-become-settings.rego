package sluice.mesh

# METADATA
# title: A Service's name may become a setting
# description: |
#   For every Service of the namespace the kubelet puts variables into each container: a
#   Service called kafka becomes KAFKA_PORT=tcp://10.0.35.234:9092. Images that turn
#   KAFKA_ variables into Kafka's properties take it for one.
# custom:
#   rule: mesh/service-links-become-settings
#   severity: warning
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     port is deprecated. Please use KAFKA_ADVERTISED_LISTENERS instead.
#     Invalid value tcp://10.0.35.234:9092 for configuration port: Not a number of type INT
#   cause: |
#     enableServiceLinks is true unless the pod says otherwise. It takes only a Service
#     of the right name, which somebody may create long after the pod was written: the
#     pod then fails at its next restart. Confluent's Kafka image exits at once, which is
#     why the finding is an error there; the official image discards its built-in
#     configuration as soon as it sees any such variable.
#   fix: Set enableServiceLinks to false in the pod's spec.
#   versions: All versions of the images that configure Kafka by KAFKA_ variables.
#   source: https://github.com/confluentinc/cp-docker-images/issues/388
findings contains {
	"rule": "mesh/service-links-become-settings",
	"fact": "service_links",
	"message": "a Service called kafka would put its address into this pod as KAFKA_PORT, which this image writes into Kafka's configuration",
} if {
	input.service_links_harm == "become-settings"
	input.service_links == true
}

findings contains {
	"rule": "mesh/service-links-become-settings",
	"fact": "service_links",
	"severity": "error",
	"message": "a Service called kafka would put its address into this pod as KAFKA_PORT, and this image refuses to start with that",
} if {
	input.service_links_harm == "stop-start"
	input.service_links == true
}
