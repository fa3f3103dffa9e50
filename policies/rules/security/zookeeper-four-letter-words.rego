package sluice.security

# METADATA
# title: All four-letter words are allowed
# description: |
#   The four-letter words answer everybody, before any authentication. Among them are
#   conf and envi, which tell the configuration, wchp and wchc, which can bring a server
#   to its knees, and crst and srst, which wipe its figures.
# custom:
#   rule: security/zookeeper-four-letter-words
#   severity: warning
#   subjects: [zookeeper]
#   symptom: |
#     The list of enabled four letter word commands is : [[ruok, wchp, dump, cons, stat, srvr, crst, mntr, conf]]
#   signs:
#     - 'The list of enabled four letter word commands is : [[...dump'
#   cause: |
#     4lw.commands.whitelist=* allows all of them. Only srvr is allowed by default since
#     3.5.3, because the others were used for attacks (CVE-2017-5637).
#   fix: List what your probes and exporters use, as in 4lw.commands.whitelist=srvr,ruok,mntr.
#   versions: ZooKeeper since 3.4.10 and 3.5.3.
#   source: https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_4lw
findings contains {
	"rule": "security/zookeeper-four-letter-words",
	"fact": "four_letter_words",
	"message": sprintf("container %s answers all four-letter words, and everybody", [input.container]),
} if {
	input.four_letter_words == "*"
}
