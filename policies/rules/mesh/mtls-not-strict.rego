package sluice.mesh

# METADATA
# title: A policy lets clients in without mTLS
# description: |
#   A PeerAuthentication with PERMISSIVE takes plaintext beside mTLS, and one with DISABLE
#   takes nothing else. On a port where Kafka or ZooKeeper speaks plaintext this means that
#   anybody in the network may connect, and that nobody knows who that is.
# custom:
#   rule: mesh/mtls-not-strict
#   severity: warning
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     Processing request ... principal:User:ANONYMOUS
#     source.principal is empty in the access log of istio-proxy
#   cause: |
#     PERMISSIVE is for the time while clients move into the mesh, and is easily forgotten.
#     AuthorizationPolicies that go by identities do not stop clients that have none from
#     being heard where a rule asks for less. A port on which the process does TLS of its own
#     is not found.
#   fix: |
#     Set mtls.mode to STRICT. For a port that clients outside of the mesh have to reach, give
#     the listener TLS of its own and put the exception into portLevelMtls of that port.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/concepts/security/#peer-authentication
findings contains {
	"rule": "mesh/mtls-not-strict",
	"fact": "plain_mtls",
	"message": sprintf(
		"this policy takes connections without mTLS on port %d of container %s, which has no TLS of its own there",
		[input.plain_port, input.container],
	),
} if {
	input.plain_mtls == "permissive"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/mtls-not-strict",
	"fact": "plain_mtls",
	"severity": "error",
	"message": sprintf(
		"this policy turns mTLS off on port %d of container %s, which has no TLS of its own there",
		[input.plain_port, input.container],
	),
} if {
	input.plain_mtls == "disable"
	input.in_mesh != "no"
}
