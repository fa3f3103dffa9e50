package sluice.mesh

# METADATA
# title: A headless Service may be dialled in plaintext
# description: |
#   Without a DestinationRule, Istio decides for each Service whether clients use mTLS by
#   looking at its pods. A headless Service without endpoints has none to look at, and a
#   client whose proxy learns of it then goes on in plaintext when they come.
# custom:
#   rule: mesh/headless-without-destination-rule
#   severity: warning
#   subjects: [service]
#   symptom: |
#     "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.244.0.8:9092
#     org.apache.kafka.common.errors.DisconnectException
#     java.io.EOFException at org.apache.kafka.common.network.NetworkReceive.readFrom
#   signs:
#     - 'NR filter_chain_not_found'
#   cause: |
#     A client that was there before the first pod of the Service, or while all of them
#     were gone, keeps a cluster without TLS, and pods that demand mTLS reset it until the
#     client's pod is made anew. One that starts later works, which makes it look random.
#   fix: |
#     Add a DestinationRule with the host of the Service and trafficPolicy.tls.mode
#     ISTIO_MUTUAL.
#   versions: Seen with Istio 1.27 and later.
#   source: https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
findings contains {
	"rule": "mesh/headless-without-destination-rule",
	"fact": "client_tls",
	"message": sprintf(
		"no DestinationRule makes clients of the headless Service %s use mTLS, which its pods demand",
		[input.service],
	),
} if {
	input.client_tls == "none"
	input.headless == true
	input.mtls == "strict"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/headless-without-destination-rule",
	"fact": "client_tls",
	"message": sprintf(
		"no DestinationRule that can be seen makes clients of the headless Service %s use mTLS, which its pods demand",
		[input.service],
	),
} if {
	input.client_tls == "unknown"
	input.headless == true
	input.mtls == "strict"
	input.in_mesh != "no"
}
