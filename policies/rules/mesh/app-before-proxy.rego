package sluice.mesh

# METADATA
# title: The application may start before its proxy
# description: |
#   Traffic is redirected to istio-proxy before any container of the pod runs. An
#   application that starts first finds no network at all until the proxy is ready.
# custom:
#   rule: mesh/app-before-proxy
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING
#     Shutting down because we were unable to register with the controller quorum
#     Cannot open channel to 3 at election address
#   signs:
#     - 'Timed out waiting for connection while in state: CONNECTING'
#     - 'Shutting down because we were unable to register with the controller quorum'
#   cause: |
#     A broker that uses ZooKeeper gives up after 18 seconds
#     (zookeeper.connection.timeout.ms), a KRaft broker after 60 seconds
#     (initial.broker.registration.timeout.ms). ZooKeeper does not exit, but backs off
#     for up to a minute between elections, so it heals late. The order of the
#     containers does not help: the kubelet starts them one right after the other.
#   fix: |
#     Annotate the pod with proxy.istio.io/config: '{"holdApplicationUntilProxyStarts": true}',
#     or use native sidecars (Istio 1.27 with Kubernetes 1.33, or the annotation
#     sidecar.istio.io/nativeSidecar: "true").
#   versions: All versions of Kafka and ZooKeeper, with classic sidecars. Pods can ask for it since Istio 1.8.
#   source: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
findings contains {
	"rule": "mesh/app-before-proxy",
	"fact": "hold",
	"message": "nothing makes the application wait until its proxy is ready, and before that it has no network",
} if {
	input.hold == false
	input.proxy_config != "malformed"
	input.in_mesh != "no"
}

findings contains {
	"rule": "mesh/app-before-proxy",
	"fact": "proxy_config",
	"message": sprintf("Istio cannot read this annotation, so nothing makes the application wait for its proxy: %s", [input.proxy_config_error]),
} if {
	input.proxy_config == "malformed"
	input.hold == false
	input.in_mesh != "no"
}
