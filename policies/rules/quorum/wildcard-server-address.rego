package sluice.quorum

# METADATA
# title: A server's own entry is a wildcard address
# description: |
#   server.N=0.0.0.0:2888:3888 makes a ZooKeeper server listen on all addresses, and is
#   an old way of running ZooKeeper in a mesh. A server also sends its own entry to its
#   peers, who cannot dial 0.0.0.0.
# custom:
#   rule: quorum/wildcard-server-address
#   severity: error
#   subjects: [zookeeper]
#   symptom: |
#     Have smaller server identifier, so dropping the connection: (myId:1 --> sid:3)
#   cause: |
#     ZooKeeper 3.5.0 to 3.5.7 dials a peer back at the address that the peer sent. A
#     server with a smaller id than its peers can then never rejoin after a restart
#     (ZOOKEEPER-2164, fixed in 3.5.8 and 3.6.0). Quorums of one (ZOOKEEPER-4708) and of
#     two servers do not come up with wildcard addresses in later versions either.
#   fix: |
#     Write the server's own host name into its entry, and set quorumListenOnAllIPs=true.
#   versions: ZooKeeper 3.5.0 to 3.5.7; all versions with one or two servers.
#   source: https://issues.apache.org/jira/browse/ZOOKEEPER-2164
findings contains {
	"rule": "quorum/wildcard-server-address",
	"fact": "wildcard_server",
	"message": sprintf("the own address of container %s is a wildcard, with which a server of ZooKeeper %s may not rejoin after a restart", [input.container, input.zookeeper_version]),
} if {
	input.wildcard_server == true
	input.zookeeper_version_number >= 30500
	input.zookeeper_version_number <= 30507
}

findings contains {
	"rule": "quorum/wildcard-server-address",
	"fact": "wildcard_server",
	"message": sprintf("the own address of container %s is a wildcard, with which a quorum of %d does not come up", [input.container, input.quorum_size]),
} if {
	input.wildcard_server == true
	input.quorum_size in {1, 2}
}
