package sluice.security

# METADATA
# title: Anybody can join the quorum in spite of SASL
# description: |
#   Servers authenticate each other by SASL here, but this version checks the instance of
#   a principal only when there is one: a peer that leaves it out is let in, reads all
#   data and can change it.
# custom:
#   rule: security/zookeeper-quorum-sasl-bypass
#   severity: error
#   subjects: [zookeeper]
#   symptom: |
#     CVE-2023-44981
#   cause: |
#     quorum.auth.enableSasl is true in a version before 3.7.2, in 3.8.0 to 3.8.2 or in
#     3.9.0. In a mesh an AuthorizationPolicy on the quorum's ports is what keeps others
#     out meanwhile.
#   fix: Run ZooKeeper 3.7.2, 3.8.3, 3.9.1 or later.
#   versions: ZooKeeper before 3.7.2, 3.8.0 to 3.8.2, 3.9.0.
#   source: https://zookeeper.apache.org/security.html#CVE-2023-44981
findings contains {
	"rule": "security/zookeeper-quorum-sasl-bypass",
	"fact": "zookeeper_version",
	"message": sprintf("ZooKeeper %s lets peers into the quorum that leave out a part of their principal (CVE-2023-44981)", [input.zookeeper_version]),
} if {
	input.quorum_sasl == true
	input.zookeeper_version_number > 0
	input.zookeeper_version_number < 30702
}

findings contains {
	"rule": "security/zookeeper-quorum-sasl-bypass",
	"fact": "zookeeper_version",
	"message": sprintf("ZooKeeper %s lets peers into the quorum that leave out a part of their principal (CVE-2023-44981)", [input.zookeeper_version]),
} if {
	input.quorum_sasl == true
	input.zookeeper_version_number in {30800, 30801, 30802, 30900}
}
