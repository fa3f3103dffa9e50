package sluice.quorum

# METADATA
# title: The quorum does not listen where the proxy delivers
# description: |
#   A ZooKeeper server binds its quorum and election ports to the address that its own
#   entry resolves to, and a KRaft controller to the host of its listener: the pod's IP.
#   A proxy that delivers inbound connections to localhost finds nobody there.
# custom:
#   rule: quorum/not-listening-where-proxy-delivers
#   severity: error
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     Connection broken for id 1, my id = 2, error =
#     java.io.EOFException
#     at org.apache.zookeeper.server.quorum.QuorumCnxManager$RecvWorker.run
#     "- - -" 0 UF,URX delayed_connect_error:_111 - "-" 0 0 0 - "-" "-" "-" "-" "127.0.0.1:3888" inbound|3888||
#   signs:
#     - 'UF,URX ... "127.0.0.1:3888" inbound|3888||'
#   cause: |
#     Istio delivers to localhost before 1.10, with
#     meshConfig.inboundTrafficPolicy.mode LOCALHOST, and for ports to which a Sidecar
#     resource gives a defaultEndpoint on 127.0.0.1. The peer's own proxy accepts the
#     connection all the same, so what the log shows is a broken connection, not a
#     refused one, and no quorum is ever formed. Where it is not known how the mesh
#     delivers, the finding is a warning.
#   fix: |
#     ZooKeeper: set quorumListenOnAllIPs=true. KRaft: leave out the host of the
#     controller's listener, as in CONTROLLER://:9093. Do not write server.N=0.0.0.0.
#   versions: ZooKeeper since 3.4.6 and all versions of KRaft, in meshes that deliver to localhost.
#   source: https://github.com/istio/istio/issues/19280
findings contains {
	"rule": "quorum/not-listening-where-proxy-delivers",
	"fact": "quorum_listens_on_all",
	"message": sprintf("the proxy delivers to localhost, but the quorum of container %s listens on the pod's own address only", [input.container]),
} if {
	input.quorum_listens_on_all == "no"
	input.inbound_delivery == "localhost"
	input.in_mesh != "no"
}

findings contains {
	"rule": "quorum/not-listening-where-proxy-delivers",
	"fact": "quorum_listens_on_all",
	"severity": "warning",
	"message": sprintf("the quorum of container %s listens on the pod's own address only, where a mesh that delivers to localhost does not reach it", [input.container]),
} if {
	input.quorum_listens_on_all == "no"
	input.inbound_delivery == "unknown"
	input.in_mesh != "no"
}
