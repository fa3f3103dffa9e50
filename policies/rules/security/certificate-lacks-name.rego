package sluice.security

# METADATA
# title: The certificate does not name the host that clients dial
# description: |
#   A listener with TLS is advertised under a host that is not among the names of its
#   certificate. Clients that check names, as all do by default, refuse it.
# custom:
#   rule: security/certificate-lacks-name
#   severity: error
#   subjects: [certificate]
#   symptom: |
#     java.security.cert.CertificateException: No subject alternative DNS name matching kafka-0.kafka-headless.events.svc.cluster.local found.
#   cause: |
#     Clients start at a bootstrap Service, whose name the certificate has, and then dial
#     each broker under the host of advertised.listeners.
#   fix: |
#     Add the name to spec.dnsNames, for a StatefulSet with a wildcard for its pods, as
#     in "*.kafka-headless.events.svc.cluster.local".
#   versions: All versions.
#   source: https://kafka.apache.org/documentation/#security_configbroker
findings contains {
	"rule": "security/certificate-lacks-name",
	"fact": "lacking_name",
	"message": sprintf("container %s advertises %s with TLS, which the certificate %s does not name", [input.container, input.lacking_name, input.certificate]),
} if {
	input.subject == "certificate"
	input.lacking_name != ""
}
