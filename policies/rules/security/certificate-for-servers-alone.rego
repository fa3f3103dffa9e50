package sluice.security

# METADATA
# title: The certificate is not for clients, which brokers are, too
# description: |
#   Brokers and controllers dial each other with the certificate of their listener. This
#   one says that it is for servers, and for nothing else.
# custom:
#   rule: security/certificate-for-servers-alone
#   severity: error
#   subjects: [certificate]
#   symptom: |
#     sun.security.validator.ValidatorException: Extended key usage does not permit use for TLS client authentication
#   cause: |
#     spec.usages lists "server auth" without "client auth", and the listener over which
#     nodes talk to each other has the protocol SSL. Where that listener requires
#     certificates of its clients, no node gets in.
#   fix: Add "client auth" to spec.usages.
#   versions: All versions.
#   source: https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.KeyUsage
findings contains {
	"rule": "security/certificate-for-servers-alone",
	"fact": "lacks_client_usage",
	"message": sprintf("nodes use the certificate %s as clients of each other, and it is for servers alone", [input.certificate]),
} if {
	input.lacks_client_usage == true
}
