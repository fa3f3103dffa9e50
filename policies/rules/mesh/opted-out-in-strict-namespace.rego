package sluice.mesh

# METADATA
# title: A pod refuses the sidecar in a namespace that demands mTLS
# description: |
#   The label sidecar.istio.io/inject: "false" takes a pod out of the mesh. The pods around
#   it demand mTLS, which it cannot speak.
# custom:
#   rule: mesh/opted-out-in-strict-namespace
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     Connection reset by peer
#     EndOfStreamException: Unable to read additional data from server sessionid 0x0
#     Connection to node -1 (kafka/10.96.12.3:9092) could not be established. Node may not be available.
#   signs:
#     - 'Unable to read additional data from server sessionid'
#     - 'Connection to node -1 ...could not be established. Node may not be available.'
#   cause: |
#     What the pod dials in the namespace, a ZooKeeper server, a broker or a controller, resets
#     its plaintext. What dials the pod is not encrypted, although the policy says so. The
#     label is often left from a time when a quorum did not come up in a mesh; since Istio 1.10
#     it does.
#   fix: |
#     Take the label or annotation out. If the pod does TLS of its own and has to stay outside,
#     give its peers a PeerAuthentication with portLevelMtls for the ports that it dials.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/blog/2021/statefulsets-made-easier/
findings contains {
	"rule": "mesh/opted-out-in-strict-namespace",
	"fact": "opted_out",
	"message": sprintf(
		"this takes the %s out of the mesh, but its namespace demands mTLS, so its plaintext is reset by everybody there who has a sidecar",
		[input.subject],
	),
} if {
	input.opted_out == true
	input.namespace_mtls == "strict"
}
