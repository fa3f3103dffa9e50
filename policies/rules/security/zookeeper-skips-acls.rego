package sluice.security

# METADATA
# title: ZooKeeper checks no ACLs
# description: |
#   With skipACL=yes every client may read, change and delete every node: the ACLs of
#   Kafka, its topics, its super users among them.
# custom:
#   rule: security/zookeeper-skips-acls
#   severity: error
#   subjects: [zookeeper]
#   symptom: |
#     zookeeper.skipACL=="yes", ACL checks will be skipped
#   signs:
#     - 'zookeeper.skipACL=="yes", ACL checks will be skipped'
#   cause: |
#     It is a switch for repairs, which makes ZooKeeper a little faster and open to all.
#     It is a Java system property, which zoo.cfg may set as well.
#   fix: Take skipACL out.
#   versions: All versions of ZooKeeper.
#   source: https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_authOptions
findings contains {
	"rule": "security/zookeeper-skips-acls",
	"fact": "skips_acls",
	"message": sprintf("container %s is told to check no ACLs: every client may do everything", [input.container]),
} if {
	input.skips_acls == true
}
