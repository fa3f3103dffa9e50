package sluice.mesh

# METADATA
# title: A pod with the network of its node gets no sidecar
# description: |
#   The namespace or the pod asks for a sidecar, but Istio injects none into a pod with
#   hostNetwork: its redirection would be that of the whole node.
# custom:
#   rule: mesh/host-network
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     Connection reset by peer
#     Connection to node 1 (/192.0.2.11:9092) could not be established
#   cause: |
#     The pod is outside of the mesh, whatever its labels say: peers that demand mTLS reset it,
#     and what is sent to it is not encrypted.
#   fix: |
#     Take out hostNetwork. If the pod has to have it, label it sidecar.istio.io/inject:
#     "false", so that everybody can see it, and let its peers take what it sends.
#   versions: All versions of Istio, with sidecars.
#   source: https://istio.io/latest/docs/ops/deployment/application-requirements/
findings contains {
	"rule": "mesh/host-network",
	"fact": "host_network",
	"message": "with hostNetwork the pod gets no sidecar, although one is asked for",
} if {
	input.host_network == true
	input.injection_asked == true
	input.opted_out == false
}
