package sluice.security

# METADATA
# title: Passwords go over the network in the clear
# description: |
#   SASL/PLAIN sends the password itself. The listener has no TLS, and outside of the
#   mesh no proxy encrypts the connection either.
# custom:
#   rule: security/password-over-plaintext
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     listener.security.protocol.map = CLIENT:SASL_PLAINTEXT; sasl.enabled.mechanisms = [PLAIN]
#   cause: |
#     SASL_PLAINTEXT is a good choice within the mesh, whose mutual TLS goes around it.
#     This pod has no sidecar: by its own label, or because its namespace asks for none.
#   fix: |
#     Let the pod into the mesh, use SASL_SSL, or use SCRAM, which does not send the
#     password.
#   versions: All versions of Kafka.
#   source: https://kafka.apache.org/documentation/#security_sasl_plain_production
findings contains {
	"rule": "security/password-over-plaintext",
	"fact": "password_listener_in_clear",
	"message": sprintf("the listener %s of container %s takes passwords in the clear, and the pod is not in the mesh", [input.password_listener_in_clear, input.container]),
} if {
	input.in_mesh == "no"
	input.password_listener_in_clear != ""
}
