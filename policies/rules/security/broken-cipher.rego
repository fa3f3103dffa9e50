package sluice.security

# METADATA
# title: A broken cipher suite is allowed
# description: |
#   The suite has no encryption, no authentication, or a cipher that can be broken: NULL,
#   anon, EXPORT, RC4, RC2, DES or 3DES.
# custom:
#   rule: security/broken-cipher
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker]
#   symptom: |
#     javax.net.ssl.SSLHandshakeException: no cipher suites in common
#   signs:
#     - 'SSLHandshakeException: no cipher suites in common'
#   cause: |
#     A property lists it. The client and the server settle on it when both allow it, and
#     current Java refuses most of them.
#   fix: |
#     Leave the property out, or list suites with AES-GCM or CHACHA20, as in
#     TLS_AES_256_GCM_SHA384.
#   versions: All versions.
#   source: https://www.rfc-editor.org/rfc/rfc9325
findings contains {
	"rule": "security/broken-cipher",
	"fact": "broken_cipher",
	"message": sprintf("container %s allows %s, which is broken", [input.container, input.broken_cipher]),
} if {
	input.allows_broken_cipher == true
}
