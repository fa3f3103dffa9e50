package sluice.security

# METADATA
# title: A JAAS configuration shows its password
# description: |
#   sasl.jaas.config holds the user and the password of a client, and for PLAIN on a
#   listener those of all clients. Here it is written out.
# custom:
#   rule: security/jaas-password-in-the-open
#   severity: warning
#   subjects: [credential]
#   secret: true
#   symptom: |
#     sasl.jaas.config = [hidden]
#   cause: |
#     Kafka hides the property in its own log, but the manifest shows it to all who may
#     list pods or read the ConfigMap, and so do backups and the history of a repository.
#   fix: |
#     Take the whole value from a Secret by secretKeyRef, refer to the password alone by
#     a config provider, or mount a JAAS file from a Secret and name it in
#     -Djava.security.auth.login.config. Within the mesh SCRAM or the identity of the
#     mesh need no such list. Then change the password.
#   unwaivable: A secret that stands where many can read it is known; it has to be changed, and that cannot wait.
#   versions: All versions.
#   source: https://kafka.apache.org/documentation/#security_sasl_jaasconfig
findings contains {
	"rule": "security/jaas-password-in-the-open",
	"fact": "name",
	"message": sprintf("%s of container %s is a JAAS configuration with its password in the open", [input.name, input.container]),
} if {
	input.form == "jaas"
	input.name != ""
}

findings contains {
	"rule": "security/jaas-password-in-the-open",
	"fact": "name",
	"message": sprintf("a script of container %s writes a JAAS configuration with its password in the open", [input.container]),
} if {
	input.form == "jaas"
	input.name == ""
}
