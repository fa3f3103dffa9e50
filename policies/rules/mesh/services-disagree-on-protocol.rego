package sluice.mesh

# METADATA
# title: Two Services give one port different protocols
# description: |
#   A port of a pod has one listener in the pod's proxy. Where two Services that lead to it
#   say different protocols, one of them counts, and which one can change with every push.
# custom:
#   rule: mesh/services-disagree-on-protocol
#   severity: warning
#   subjects: [service-port]
#   symptom: |
#     upstream connect error or disconnect/reset before headers. reset reason: protocol error
#     ISTIO: pod has conflicting port protocols (IST0116)
#   signs:
#     - 'upstream connect error or disconnect/reset before headers'
#     - 'IST0116'
#   cause: |
#     Charts often come with one Service for clients and a headless one for the names of the
#     pods, and only one of them was renamed.
#   fix: |
#     Give the port the same appProtocol, or names that begin with the same protocol, in both
#     Services.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/ops/deployment/application-requirements/
findings contains {
	"rule": "mesh/services-disagree-on-protocol",
	"fact": "protocol",
	"message": sprintf(
		"port %d is %s here and %s in Service %s, but both lead to the same port of the pod",
		[input.port, input.protocol, input.other_protocol, input.disagrees_with],
	),
} if {
	input.serves == "http"
	input.disagrees_with != ""
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/services-disagree-on-protocol",
	"fact": "protocol",
	"message": sprintf(
		"port %d is %s here and %s in Service %s, but both lead to the same port of the pod",
		[input.port, input.protocol, input.other_protocol, input.disagrees_with],
	),
} if {
	input.serves == ""
	input.disagrees_with != ""
	input.in_mesh != "no"
}
