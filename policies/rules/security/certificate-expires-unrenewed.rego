package sluice.security

# METADATA
# title: A certificate is renewed, and the server keeps the old one
# description: |
#   cert-manager renews the certificate in its Secret, and the kubelet brings it into the
#   pod. The server has read its key store when it started, and goes on with the old one
#   until it has expired.
# custom:
#   rule: security/certificate-expires-unrenewed
#   severity: warning
#   subjects: [certificate]
#   symptom: |
#     javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed
#   cause: |
#     Kafka reads a key store again when it is told to by a change of its configuration,
#     not when the file changes. ZooKeeper does so if sslQuorumReloadCertFiles or
#     client.certReload says so, but a file that is mounted by subPath never changes. All
#     servers of a cluster expire on about the same day.
#   fix: |
#     Let something restart the pods when the Secret changes, such as Stakater's Reloader
#     with the annotation reloader.stakater.com/auto: "true"; the rolling restart has to
#     be done within the time that spec.renewBefore leaves. Within the mesh the proxies'
#     certificates need none of this.
#   versions: All versions.
#   source: https://cert-manager.io/docs/usage/certificate/#certificate-renewal
findings contains {
	"rule": "security/certificate-expires-unrenewed",
	"fact": "renewal_arrives",
	"message": sprintf("container %s reads the certificate %s when it starts, and never again: nothing restarts it when that is renewed", [input.container, input.certificate]),
} if {
	input.renewal_arrives == "no"
}
