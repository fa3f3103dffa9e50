package sluice.security

# METADATA
# title: The container is told to run as root
# description: |
#   The server runs as user 0, although its image has a user of its own: a hole in it is
#   worth more to an attacker, and the files on its volumes belong to root.
# custom:
#   rule: security/runs-as-root
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     violates PodSecurity "restricted:latest": runAsUser=0 (container "kafka" must not set runAsUser=0)
#   signs:
#     - 'violates PodSecurity ...runAsUser=0'
#   cause: |
#     runAsUser: 0 in the container or the pod. It is often there to make a volume
#     writable, which fsGroup does. The rule does not guess at images that start as root
#     and change the user themselves.
#   fix: |
#     Set runAsNonRoot: true and the user of the image (1000 for Apache's, Confluent's
#     and the official ZooKeeper's, 1001 for Bitnami's), and fsGroup for the volumes.
#     Existing volumes have to change hands once.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
findings contains {
	"rule": "security/runs-as-root",
	"fact": "runs_as_root",
	"message": sprintf("container %s is told to run as root", [input.container]),
} if {
	input.runs_as_root == true
	input.privileged == false
}
