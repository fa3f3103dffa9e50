package sluice.mesh

# METADATA
# title: The proxy closes connections whenever the mesh changes
# description: |
#   Proxies of Istio before 1.4.3 make their listeners anew with pushes that change nothing of
#   them, and close all connections that came through the old ones.
# custom:
#   rule: mesh/proxy-resets-connections
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     lds: add/update listener '10.0.0.12_2181' every few minutes
#     Expiring session ... Too busy to snap
#     java.io.IOException: Connection reset by peer
#   cause: |
#     A deployment anywhere in the cluster is a push. Clients that hold a connection for hours,
#     as those of Kafka and ZooKeeper do, lose all of them at once, sessions of ZooKeeper
#     expire, and brokers leave their quorum.
#   fix: |
#     Bring the mesh to a version that gets fixes, and the pods with it.
#   versions: Istio before 1.4.3.
#   source: https://github.com/istio/istio/issues/7045
findings contains {
	"rule": "mesh/proxy-resets-connections",
	"fact": "istio_version",
	"message": sprintf(
		"the proxy of Istio %s closes all connections whenever something in the mesh changes",
		[input.istio_version],
	),
} if {
	input.istio_age == "resets"
}
