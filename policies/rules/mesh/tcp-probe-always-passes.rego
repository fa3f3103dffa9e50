package sluice.mesh

# METADATA
# title: A probe cannot fail
# description: |
#   A probe with tcpSocket only opens a connection. In the mesh that is answered by the proxy,
#   whether the process listens or not.
# custom:
#   rule: mesh/tcp-probe-always-passes
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     the pod is Ready, but clients get Connection refused or UF,URX
#     delayed connect error: 111
#   signs:
#     - 'delayed connect error: 111'
#   cause: |
#     Istio puts its agent in the place of such probes, which then dials the process itself;
#     the annotation sidecar.istio.io/rewriteAppHTTPProbers: "false" turns that off. A rolling
#     restart then goes on although the last broker is not back.
#   fix: |
#     Take the annotation out, or use a probe that runs a command in the container.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/
findings contains {
	"rule": "mesh/tcp-probe-always-passes",
	"fact": "tcp_probe",
	"message": sprintf(
		"the %s of container %s is answered by the proxy, since the rewriting of probes is turned off",
		[input.tcp_probe, input.container],
	),
} if {
	input.rewrites_probes == false
	input.tcp_probe != ""
	input.in_mesh != "no"
}
