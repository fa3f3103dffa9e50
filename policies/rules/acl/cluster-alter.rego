package sluice.acl

# METADATA
# title: A right to rule the cluster
# description: |
#   Alter on the cluster is the right to write ACLs, and so to give oneself any other;
#   ClusterAction is what brokers do among themselves; AlterConfigs changes every broker.
# custom:
#   rule: acl/cluster-alter
#   severity: error
#   subjects: [acl]
#   symptom: |
#     Principal = User:alice is Allowed operation = ALTER on resource = Cluster:LITERAL:kafka-cluster
#   cause: |
#     Rights on the cluster are often asked for by a tool that wants to list topics, for
#     which Describe is enough, or to write idempotently, for which there is
#     IdempotentWrite. Who really administers the cluster is a super user, and listed as
#     one.
#   fix: |
#     Grant Describe, DescribeConfigs, Create or IdempotentWrite, whichever the client
#     needs. Make an administrator a super user.
#   versions: All versions of Kafka with an authorizer.
#   source: https://kafka.apache.org/documentation/#security_authz_primitives
findings contains {
	"rule": "acl/cluster-alter",
	"fact": "operation",
	"message": "Alter on the cluster is the right to write ACLs, and so to do everything",
} if {
	input.operation == "Alter"
	input.resource == "cluster"
	input.permission == "allow"
}

findings contains {
	"rule": "acl/cluster-alter",
	"fact": "operation",
	"message": "All on the cluster is the right to write ACLs, and so to do everything",
} if {
	input.operation == "All"
	input.resource == "cluster"
	input.permission == "allow"
}

findings contains {
	"rule": "acl/cluster-alter",
	"fact": "operation",
	"message": "ClusterAction lets this user act as a broker: read and write every topic as a replica does",
} if {
	input.operation == "ClusterAction"
	input.resource == "cluster"
	input.permission == "allow"
}

findings contains {
	"rule": "acl/cluster-alter",
	"fact": "operation",
	"severity": "warning",
	"message": "AlterConfigs on the cluster lets this user change the configuration of every broker",
} if {
	input.operation == "AlterConfigs"
	input.resource == "cluster"
	input.permission == "allow"
}
