package sluice.security

# METADATA
# title: The container adds a capability
# description: |
#   The capability goes beyond what the Baseline profile of the Pod Security Standards
#   lets a workload have. With NET_ADMIN or NET_RAW the process can also get around its
#   proxy.
# custom:
#   rule: security/added-capability
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     violates PodSecurity "baseline:latest": non-default capabilities (container "kafka" must not include "SYS_ADMIN" in securityContext.capabilities.add)
#   signs:
#     - 'violates PodSecurity ...non-default capabilities'
#   cause: |
#     Kafka and ZooKeeper need no capability at all. IPC_LOCK and SYS_RESOURCE are copied
#     from manuals of other databases.
#   fix: Take it out of securityContext.capabilities.add, and drop ALL.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
findings contains {
	"rule": "security/added-capability",
	"fact": "capability",
	"message": sprintf("container %s adds the capability %s, which it does not need", [input.container, input.capability]),
} if {
	input.privileged == false
	input.capability != ""
}
