package edits

var quorumEdits = []edit{
	{rule: "quorum/not-listening-where-proxy-delivers", deployment: "zookeeper",
		old: "quorumListenOnAllIPs=true", new: "quorumListenOnAllIPs=false"},
	{rule: "quorum/wildcard-server-address", deployment: "zookeeper-3.5",
		old: "value: zookeeper-0.zookeeper-headless.events.svc.cluster.local:", new: "value: 0.0.0.0:"},
}
