package main

warn_listen_on_all_ips contains message if {
	some container in zookeeper
	not contains(env(container, "ZOO_CFG_EXTRA"), "quorumListenOnAllIPs=true")
	not env(container, "ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS") == "true"
	message := sprintf("%s %s: the quorum of %s does not listen on all addresses", [input.kind, input.metadata.name, container.name])
}

deny_wildcard_server_address contains message if {
	some container in zookeeper
	some name in ["ZOO_SERVERS", "ZOOKEEPER_SERVERS"]
	contains(env(container, name), "0.0.0.0")
	message := sprintf("%s %s: a server of %s has a wildcard address", [input.kind, input.metadata.name, container.name])
}
