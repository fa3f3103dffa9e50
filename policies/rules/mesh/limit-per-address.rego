package sluice.mesh

# METADATA
# title: A limit for one address counts all clients as one
# description: |
#   Behind a sidecar every connection comes from 127.0.0.6, the proxy's address. A limit
#   of connections from one address is then a limit of all connections together.
# custom:
#   rule: mesh/limit-per-address
#   severity: warning
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     Too many connections from /127.0.0.6 - max is 3
#     Rejected connection from /127.0.0.6, address already has the configured maximum of 100 connections.
#   signs:
#     - 'Too many connections from /127.0.0.6 - max is ...'
#     - 'Rejected connection from /127.0.0.6, address already has the configured maximum of ... connections'
#   cause: |
#     The proxy ends each connection and makes one of its own. Clients of a ZooKeeper, or of
#     a broker, share one limit, and so do the probes in its pod. ZooKeeper's own limit of
#     60 counts likewise, and is not found: nobody wrote it.
#   fix: |
#     Take max.connections.per.ip and its overrides away, and set maxClientCnxns=0. A
#     limit that holds in the mesh is Kafka's max.connections for a listener, or a
#     DestinationRule with connectionPool.tcp.maxConnections for each client's proxy.
#   versions: All versions behind a sidecar of Istio 1.10 or later; before that the address is 127.0.0.1.
#   source: https://kafka.apache.org/documentation/#brokerconfigs_max.connections.per.ip
findings contains {
	"rule": "mesh/limit-per-address",
	"fact": "address_limit",
	"message": sprintf("behind its proxy container %s sees one address, so %s counts all clients as one", [input.container, input.address_limit]),
} if {
	input.in_mesh == "yes"
	input.address_limit != ""
}
