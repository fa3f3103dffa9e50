package sluice.security

# METADATA
# title: The pod sees the processes of its node
# description: |
#   With hostPID or hostIPC a pod sees, and may disturb, what runs on its node beside it:
#   the proxies of other pods with their keys among it.
# custom:
#   rule: security/shared-host-namespace
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     violates PodSecurity "baseline:latest": host namespaces (hostPID=true)
#   signs:
#     - 'violates PodSecurity ...host namespaces'
#   cause: Kafka and ZooKeeper have no use for either.
#   fix: Take hostPID and hostIPC out of the pod.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
findings contains {
	"rule": "security/shared-host-namespace",
	"fact": "host_namespace",
	"message": sprintf("%s lets this pod at the processes of its whole node", [input.host_namespace]),
} if {
	input.host_namespace == "hostPID"
}

findings contains {
	"rule": "security/shared-host-namespace",
	"fact": "host_namespace",
	"message": sprintf("%s lets this pod at the shared memory of its whole node", [input.host_namespace]),
} if {
	input.host_namespace == "hostIPC"
}
