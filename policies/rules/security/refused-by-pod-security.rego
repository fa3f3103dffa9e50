package sluice.security

# METADATA
# title: The namespace refuses this pod
# description: |
#   The namespace enforces the level restricted of the Pod Security Standards, and this
#   pod is not up to it: the API server accepts the template, and refuses its pods.
# custom:
#   rule: security/refused-by-pod-security
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     Error creating: pods "kafka-0" is forbidden: violates PodSecurity "restricted:latest"
#   signs:
#     - 'is forbidden: violates PodSecurity'
#   cause: |
#     restricted asks of each container, init containers too, for runAsNonRoot: true,
#     allowPrivilegeEscalation: false, capabilities that drop ALL and a seccompProfile.
#     What the namespace enforces is its label pod-security.kubernetes.io/enforce.
#   fix: |
#     Write all four into the securityContext of each container; runAsNonRoot and
#     seccompProfile may stand in that of the pod.
#   versions: Kubernetes since 1.25.
#   source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
findings contains {
	"rule": "security/refused-by-pod-security",
	"fact": "pod_security_breach",
	"message": sprintf("the namespace enforces the level restricted, and refuses this pod: %s", [input.pod_security_breach]),
} if {
	input.pod_security == "restricted"
	input.pod_security_breach != ""
}
