package sluice.security

# METADATA
# title: Seccomp is switched off
# description: |
#   Unconfined takes the filter of system calls away that the container runtime has for
#   every container that does not ask to be without.
# custom:
#   rule: security/seccomp-unconfined
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     violates PodSecurity "baseline:latest": seccompProfile (container "kafka" must not set securityContext.seccompProfile.type to "Unconfined")
#   signs:
#     - 'violates PodSecurity ...seccompProfile'
#   cause: |
#     It is written out in the pod or the container. Java runs well under the runtime's
#     default profile.
#   fix: Set seccompProfile.type to RuntimeDefault.
#   versions: All versions.
#   source: https://kubernetes.io/docs/tutorials/security/seccomp/
findings contains {
	"rule": "security/seccomp-unconfined",
	"fact": "seccomp",
	"message": sprintf("container %s is to run without a filter of system calls", [input.container]),
} if {
	input.seccomp == "Unconfined"
	input.privileged == false
}
