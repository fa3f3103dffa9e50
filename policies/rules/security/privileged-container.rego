package sluice.security

# METADATA
# title: The container is privileged
# description: |
#   A privileged container has all rights on its node: whoever takes over this server has
#   the node, with the volumes and certificates of all its pods.
# custom:
#   rule: security/privileged-container
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     violates PodSecurity "baseline:latest": privileged (container "kafka" must not set securityContext.privileged=true)
#   signs:
#     - 'violates PodSecurity ...must not set securityContext.privileged=true'
#   cause: |
#     Kafka and ZooKeeper need no privilege at run time. What does, such as
#     vm.max_map_count, is a matter for the node.
#   fix: |
#     Take securityContext.privileged out; set sysctls on the node or in
#     spec.securityContext.sysctls.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
findings contains {
	"rule": "security/privileged-container",
	"fact": "privileged",
	"message": sprintf("container %s is privileged, and so has all rights on its node", [input.container]),
} if {
	input.privileged == true
}
