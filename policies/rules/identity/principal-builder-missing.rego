package sluice.identity

# METADATA
# title: The principal builder is not on the class path
# description: |
#   principal.builder.class names a class that the image does not have, and the pod
#   brings no jar along. The broker does not start.
# custom:
#   rule: identity/principal-builder-missing
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     org.apache.kafka.common.config.ConfigException: Invalid value ... for configuration principal.builder.class: Class ... could not be found.
#     java.lang.ClassNotFoundException
#   signs:
#     - 'for configuration principal.builder.class: Class ... could not be found'
#   cause: |
#     Kafka loads the class from its class path: its own libraries, and what CLASSPATH
#     names. The finding is about published images alone to which the pod adds nothing;
#     an image of one's own may hold any class.
#   fix: |
#     Bring the jar: an init container that copies it into an emptyDir, and CLASSPATH set
#     to it in the broker's container. For the plug-in of Sluice the annotation
#     sluice.dev/principal-builder: enforce does all of it.
#   versions: All versions of Kafka.
#   source: https://kafka.apache.org/documentation/#brokerconfigs_principal.builder.class
findings contains {
	"rule": "identity/principal-builder-missing",
	"fact": "principal_builder",
	"message": sprintf("nothing in this pod brings the class %s, and the image of container %s does not have it", [input.principal_builder, input.container]),
} if {
	input.principal_builder_found == "no"
}
