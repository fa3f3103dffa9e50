package sluice.mesh

# METADATA
# title: A DestinationRule turns mTLS off
# description: |
#   A DestinationRule with tls.mode DISABLE makes the proxies of clients send plaintext to
#   a Service whose pods are in the mesh.
# custom:
#   rule: mesh/destination-rule-without-mtls
#   severity: error
#   subjects: [service-port]
#   symptom: |
#     "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.244.0.8:9092
#     org.apache.kafka.common.errors.DisconnectException
#     Connection reset by peer
#   signs:
#     - 'NR filter_chain_not_found'
#   cause: |
#     Pods that demand mTLS reset such connections, which is an error. Others take them: then
#     nothing is encrypted, nobody knows who the client is, and policies that go by its
#     identity refuse it, which is a warning. The rule is often left from the time before the
#     pods had proxies.
#   fix: |
#     Set trafficPolicy.tls.mode to ISTIO_MUTUAL, or take it out.
#   versions: All versions of Istio.
#   source: https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule
findings contains {
	"rule": "mesh/destination-rule-without-mtls",
	"fact": "client_tls",
	"message": sprintf(
		"this rule makes clients of Service %s send plaintext, but its pods demand mTLS",
		[input.service],
	),
} if {
	input.client_tls == "disable"
	input.mtls == "strict"
	input.serves != ""
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/destination-rule-without-mtls",
	"fact": "client_tls",
	"severity": "warning",
	"message": sprintf(
		"this rule makes clients of Service %s send plaintext, so that nobody knows who they are",
		[input.service],
	),
} if {
	input.client_tls == "disable"
	input.mtls != "strict"
	input.mtls != "disable"
	input.own_tls != "yes"
	input.serves != ""
	input.in_mesh != "no"
}
