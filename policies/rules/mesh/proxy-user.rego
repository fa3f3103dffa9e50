package sluice.mesh

# METADATA
# title: A container has the user of the proxy
# description: |
#   Traffic of the user and the group 1337 is not redirected, because they are the proxy's
#   own. A process that runs as one of them passes the proxy by.
# custom:
#   rule: mesh/proxy-user
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     Connection reset by peer
#     org.apache.kafka.common.errors.DisconnectException
#   cause: |
#     What the process sends is plaintext without an identity, which peers that demand mTLS
#     reset. Only an init container that needs the network before the proxy is there is meant
#     to run so, and those are not found.
#   fix: |
#     Give the container another runAsUser and runAsGroup.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/ops/deployment/application-requirements/
findings contains {
	"rule": "mesh/proxy-user",
	"fact": "runs_as_proxy",
	"message": sprintf(
		"container %s runs as 1337, whose traffic is not redirected, and passes its proxy by",
		[input.container],
	),
} if {
	input.runs_as_proxy == true
	input.in_mesh != "no"
}
