package edits

const lastACL = "      - resource:\n          type: cluster\n        operations: [IdempotentWrite]\n"

// aclOf is an entry of the ACLs of a KafkaUser.
func aclOf(resource, name, more string) string {
	text := "      - resource:\n          type: " + resource + "\n"
	if name != "" {
		text += "          name: " + name + "\n"
	}
	return text + more
}

var aclEdits = []edit{
	{rule: "acl/ambiguous-service-account", deployment: "koperator-user",
		old: "  name: team-checkout\n", new: "  name: team-shop-checkout\n"},
	{rule: "acl/anonymous-principal", deployment: "acl-job", old: "User:spiffe://cluster.local/ns/shop/sa/checkout", new: "User:ANONYMOUS"},
	{rule: "acl/broad-change", deployment: "strimzi", old: "name: checkout.results\n        operations: [Write]", new: "name: \"*\"\n        operations: [Write]", at: "[Write]"},
	{rule: "acl/broad-change", deployment: "koperator-user", old: "topicName: results.", new: "topicName: r", at: "accessType: write"},
	{rule: "acl/broad-change", deployment: "acl-job", old: "--consumer --topic audit --group archive", new: "--operation Delete --topic '*'", at: "--operation Delete"},
	{rule: "acl/cluster-alter", deployment: "strimzi", old: "[IdempotentWrite]", new: "[IdempotentWrite, Alter]"},
	{rule: "acl/cluster-alter", deployment: "strimzi", old: "[IdempotentWrite]", new: "[IdempotentWrite, AlterConfigs]"},
	{rule: "acl/cluster-without-authorizer", deployment: "strimzi",
		old: "    authorization:\n      type: simple\n      superUsers:\n        - CN=administrator\n", new: "", at: "  authorization:\n    type: simple\n    acls"},
	{rule: "acl/consumer-without-group", deployment: "strimzi",
		old: aclOf("group", "checkout", "        operations: [Read]\n"), new: "", at: "[Read, Describe]"},
	{rule: "acl/gateway-principal", deployment: "acl-job", old: "User:spiffe://cluster.local/ns/shop/sa/checkout", new: "User:spiffe://cluster.local/ns/istio-ingress/sa/kafka"},
	{rule: "acl/host-behind-proxy", deployment: "strimzi", old: `host: "*"`, new: "host: 10.1.2.3"},
	{rule: "acl/host-behind-proxy", deployment: "acl-job",
		old: "--topic orders. --resource", new: "--allow-host 10.1.2.3 --topic orders. --resource"},
	{rule: "acl/idempotent-producer-without-right", deployment: "strimzi-old",
		old: "      - resource:\n          type: cluster\n        operation: IdempotentWrite\n", new: "", at: "operation: Write"},
	{rule: "acl/listener-without-authentication", deployment: "strimzi",
		old: "        authentication:\n          type: scram-sha-512\n", new: "", at: "- name: internal"},
	{rule: "acl/pattern-is-a-filter", deployment: "koperator-user", old: "patternType: literal", new: "patternType: any"},
	{rule: "acl/pattern-is-a-filter", deployment: "acl-job", old: "--resource-pattern-type prefixed", new: "--resource-pattern-type match"},
	{rule: "acl/redundant-grant", deployment: "strimzi", old: lastACL, new: lastACL + aclOf("topic", "orders.paid", "        operation: Read\n"), at: "operation: Read"},
	{rule: "acl/resource-of-no-cluster", deployment: "strimzi",
		old: "  labels:\n    strimzi.io/cluster: events\nspec:\n  partitions", new: "spec:\n  partitions", at: "metadata:\n  name: checkout.results"},
	{rule: "acl/super-user-with-type", deployment: "strimzi", old: "- CN=administrator", new: "- User:CN=administrator"},
	{rule: "acl/transaction-without-write", deployment: "strimzi", old: "          - Write\n", new: "", at: "          - Describe"},
	{rule: "acl/void-grant", deployment: "strimzi", old: lastACL,
		new: lastACL + aclOf("topic", "checkout.", "          patternType: prefix\n        type: deny\n        operation: Write\n"), at: "[Write]"},
	{rule: "acl/wildcard-principal", deployment: "acl-job", old: "User:spiffe://cluster.local/ns/shop/sa/archive", new: "'User:*'"},
	{rule: "identity/anonymous-super-user", deployment: "strimzi", old: "- CN=administrator", new: "- ANONYMOUS"},
	{rule: "identity/open-listener-outside", deployment: "strimzi",
		old: "        authentication:\n          type: tls\n", new: "", at: "type: loadbalancer"},
}
