package sluice.security

# METADATA
# title: A password stands in the open
# description: |
#   The value of a variable, an argument or a line of a ConfigMap is readable for
#   everybody who may read the object, and for whoever reads the repository it comes
#   from.
# custom:
#   rule: security/password-in-the-open
#   severity: warning
#   subjects: [credential]
#   secret: true
#   symptom: |
#     ssl.keystore.password = [hidden]
#   cause: |
#     Kafka hides passwords in its own log, but the manifest shows them: to all who may
#     list pods, in the audit log, in backups and in the history of a repository. The
#     password of a trust store is left out, for it keeps nothing secret.
#   fix: |
#     Put it into a Secret, and refer to that by secretKeyRef, or mount it and let a
#     config provider read it, as in ${file:/mnt/kafka/passwords.properties:keystore}.
#     Then change it.
#   unwaivable: A secret that stands where many can read it is known; it has to be changed, and that cannot wait.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/configuration/secret/
findings contains {
	"rule": "security/password-in-the-open",
	"fact": "name",
	"message": sprintf("%s of container %s is a password that everybody reads who may read this", [input.name, input.container]),
} if {
	input.form == "password"
}

findings contains {
	"rule": "security/password-in-the-open",
	"fact": "name",
	"severity": "error",
	"message": sprintf("%s of container %s holds a private key, which everybody reads who may read this", [input.name, input.container]),
} if {
	input.form == "key"
}
