package sluice.identity

# METADATA
# title: The authorizer is one for another kind of cluster
# description: |
#   Where ACLs are kept, in ZooKeeper or in the KRaft metadata, decides which authorizer
#   can read them. The other one does not start, or is never ready.
# custom:
#   rule: identity/authorizer-of-another-mode
#   severity: error
#   subjects: [broker, controller]
#   symptom: |
#     java.lang.ClassNotFoundException: kafka.security.authorizer.AclAuthorizer
#     java.lang.ClassNotFoundException: kafka.security.auth.SimpleAclAuthorizer
#     org.apache.kafka.server.authorizer.AuthorizerNotReadyException
#   signs:
#     - 'ClassNotFoundException: kafka.security.authorizer.AclAuthorizer'
#     - 'ClassNotFoundException: kafka.security.auth.SimpleAclAuthorizer'
#   cause: |
#     AclAuthorizer keeps ACLs in ZooKeeper, and is gone from Kafka 4. StandardAuthorizer
#     gets them from the KRaft controllers: with ZooKeeper nobody ever gives it any.
#     SimpleAclAuthorizer was removed in 3.0.
#   fix: |
#     KRaft: org.apache.kafka.metadata.authorizer.StandardAuthorizer, on brokers and
#     controllers. ZooKeeper: kafka.security.authorizer.AclAuthorizer since 2.4.
#   versions: All versions of Kafka.
#   source: https://kafka.apache.org/documentation/#security_authz
findings contains {
	"rule": "identity/authorizer-of-another-mode",
	"fact": "authorizer",
	"message": "this node runs without ZooKeeper, where AclAuthorizer keeps its ACLs: it needs StandardAuthorizer",
} if {
	input.authorizer == "kafka.security.authorizer.AclAuthorizer"
	input.coordination == "kraft"
}

findings contains {
	"rule": "identity/authorizer-of-another-mode",
	"fact": "authorizer",
	"message": "this broker keeps its metadata in ZooKeeper, from where StandardAuthorizer gets no ACLs: it needs kafka.security.authorizer.AclAuthorizer",
} if {
	input.authorizer == "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
	input.coordination == "zookeeper"
}

findings contains {
	"rule": "identity/authorizer-of-another-mode",
	"fact": "authorizer",
	"message": sprintf("Kafka %s has no SimpleAclAuthorizer any more", [input.kafka_version]),
} if {
	input.authorizer == "kafka.security.auth.SimpleAclAuthorizer"
	input.kafka_version_number >= 30000
}
