package sluice.mesh

# METADATA
# title: An EnvoyFilter uses a filter that Istio's proxy does not have
# description: |
#   Envoy's filters for Kafka are among its contributed extensions, which Istio's own
#   build of Envoy leaves out. istiod knows their types and accepts the EnvoyFilter; each
#   proxy then rejects the listener that it was merged into.
# custom:
#   rule: mesh/filter-not-in-proxy
#   severity: warning
#   subjects: [envoy-patch]
#   symptom: |
#     gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating listener(s)
#     Didn't find a registered implementation for 'envoy.filters.network.kafka_broker'
#   signs:
#     - 'Didn''t find a registered implementation for ''envoy.filters.network.'
#   cause: |
#     The listener keeps the configuration that it had before, so later changes of the
#     mesh do not reach this port either, and a proxy that starts anew has no listener
#     for it at all.
#   fix: |
#     Take the filter out, or run a proxy that was built with Envoy's contributed
#     extensions on these pods (the annotation sidecar.istio.io/proxyImage). ZooKeeper's
#     filter, envoy.filters.network.zookeeper_proxy, is in Istio's proxy.
#   versions: All versions of Istio.
#   source: https://github.com/istio/proxy/blob/master/bazel/extension_config/extensions_build_config.bzl
findings contains {
	"rule": "mesh/filter-not-in-proxy",
	"fact": "filter",
	"message": sprintf("Istio's own proxy does not have the filter %s, and rejects the listener that it is put into", [input.filter]),
} if {
	input.filter_is_built_in == false
}
