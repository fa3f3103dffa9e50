package sluice.mesh

# METADATA
# title: The proxy gets no more fixes
# description: |
#   The pod carries a proxy of a version of Istio that is no longer maintained: faults that
#   become known in it, of security too, stay in it.
# custom:
#   rule: mesh/istio-end-of-life
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     istioctl version ... data plane version: 1.20.8
#     vulnerabilities of envoy in the report of an image scanner
#   cause: |
#     A proxy is as old as its pod: after the control plane was brought to a new version,
#     stateful pods often keep the proxy with which they were made for months.
#   fix: |
#     Bring the mesh to a version that gets fixes, and then restart the pods one by one.
#   versions: Istio 1.28 and older, whose support ended in 2026 or before.
#   source: https://istio.io/latest/docs/releases/supported-releases/
findings contains {
	"rule": "mesh/istio-end-of-life",
	"fact": "istio_version",
	"message": sprintf("Istio %s, of which this proxy is, gets no more fixes", [input.istio_version]),
} if {
	input.istio_age == "ended"
}
