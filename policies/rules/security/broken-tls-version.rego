package sluice.security

# METADATA
# title: A broken version of TLS is allowed
# description: |
#   TLS 1.0 and 1.1 and all of SSL have been withdrawn, because connections with them can
#   be read or changed.
# custom:
#   rule: security/broken-tls-version
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker]
#   symptom: |
#     javax.net.ssl.SSLHandshakeException: The server selected protocol version TLS10 is not accepted by client preferences
#   signs:
#     - 'The server selected protocol version ... is not accepted by client preferences'
#   cause: |
#     A property lists it beside the good ones, so that an attacker in between can ask
#     for it. Current Java refuses it in spite of that, and a connection that has no
#     other fails.
#   fix: Leave the property out, or write TLSv1.3,TLSv1.2.
#   versions: All versions.
#   source: https://www.rfc-editor.org/rfc/rfc8996
findings contains {
	"rule": "security/broken-tls-version",
	"fact": "broken_tls_version",
	"message": sprintf("container %s allows %s, which is broken", [input.container, input.broken_tls_version]),
} if {
	input.allows_broken_tls == true
}
