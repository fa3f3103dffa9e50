package sluice.security

# METADATA
# title: The container asks for more rights than it starts with
# description: |
#   allowPrivilegeEscalation: true lets a program of the container gain rights by a
#   setuid file, which no start script of Kafka or ZooKeeper needs.
# custom:
#   rule: security/privilege-escalation
#   severity: info
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "kafka" must set securityContext.allowPrivilegeEscalation=false)
#   signs:
#     - 'violates PodSecurity ...allowPrivilegeEscalation != false'
#   cause: |
#     It is written out here, so that it is no oversight. Where nothing is written the
#     rule is silent.
#   fix: Set allowPrivilegeEscalation to false.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
findings contains {
	"rule": "security/privilege-escalation",
	"fact": "privilege_escalation",
	"message": sprintf("container %s asks for allowPrivilegeEscalation, which it does not need", [input.container]),
} if {
	input.privilege_escalation == true
	input.privileged == false
}
