package main

deny_app_before_proxy contains message if {
	some container in servers
	not proxy_config.holdApplicationUntilProxyStarts
	message := sprintf("%s %s: %s may start before its proxy", [input.kind, input.metadata.name, container.name])
}

warn_proxy_exits_before_broker contains message if {
	some container in kafka
	not proxy_config.proxyMetadata.EXIT_ON_ZERO_ACTIVE_CONNECTIONS
	message := sprintf("%s %s: the proxy may leave before %s has shut down", [input.kind, input.metadata.name, container.name])
}

warn_service_links contains message if {
	some container in servers
	object.get(input.spec.template.spec, "enableServiceLinks", true)
	message := sprintf("%s %s: the name of a Service may become a setting of %s", [input.kind, input.metadata.name, container.name])
}
