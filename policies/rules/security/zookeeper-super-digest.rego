package sluice.security

# METADATA
# title: ZooKeeper has a superuser whose digest stands in the open
# description: |
#   Whoever knows the password of this digest may do everything with every node, whatever
#   its ACL says. The digest is a plain SHA-1: a short password is found from it in no
#   time.
# custom:
#   rule: security/zookeeper-super-digest
#   severity: warning
#   subjects: [zookeeper]
#   secret: true
#   symptom: |
#     INFO DigestAuthenticationProvider: ACL digest algorithm is: SHA1
#   cause: |
#     -Dzookeeper.DigestAuthenticationProvider.superDigest stands in a variable or in the
#     command line, where all read it who may read the pod. It is meant for repairs.
#   fix: |
#     Take it out once the repair is done. Where it has to stay, take the variable from a
#     Secret.
#   unwaivable: A secret that stands where many can read it is known; it has to be changed, and that cannot wait.
#   versions: All versions of ZooKeeper.
#   source: https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_authOptions
findings contains {
	"rule": "security/zookeeper-super-digest",
	"fact": "super_digest",
	"message": sprintf("container %s shows the digest of a superuser's password", [input.container]),
} if {
	input.super_digest == true
}
