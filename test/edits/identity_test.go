package edits

// dirs is the variable before which others are put in.
const dirs = "            - name: KAFKA_LOG_DIRS\n"

// variable is an entry of a container's env, as the deployments write it.
func variable(name, value string) string {
	return "            - name: " + name + "\n              value: " + value + "\n"
}

const (
	standard  = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
	spiffe    = "User:spiffe://cluster.local/ns/streams/sa/kafka"
	classPath = "/opt/extensions/*"
)

var identityEdits = []edit{
	{rule: "identity/anonymous-super-user", deployment: "kraft", old: "User:kafka", new: "User:ANONYMOUS"},
	{rule: "identity/authorizer-of-another-mode", deployment: "kraft", old: standard, new: "kafka.security.authorizer.AclAuthorizer"},
	{rule: "identity/default-account-super-user", deployment: "kraft", old: "User:kafka", new: "User:kafka;User:spiffe://cluster.local/ns/events/sa/default"},
	{rule: "identity/everyone-without-acl", deployment: "kraft",
		old: dirs, new: variable("KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND", `"true"`) + dirs, at: `value: "true"`},
	{rule: "identity/gateway-super-user", deployment: "kraft",
		old: "User:kafka", new: "User:kafka;User:spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway"},
	{rule: "identity/malformed-super-user", deployment: "kraft", old: "User:kafka", new: "User:kafka;admin"},
	{rule: "identity/mapping-rules-never-match", deployment: "kraft-plaintext",
		old: dirs, new: variable("KAFKA_SSL_PRINCIPAL_MAPPING_RULES", `RULE:^CN=(.*?),.*$/$1/,DEFAULT`) + dirs, at: "RULE:"},
	{rule: "identity/mapping-rules-never-match", deployment: "kraft",
		old: dirs, new: variable("KAFKA_SSL_PRINCIPAL_MAPPING_RULES", `RULE:^CN=(.*?),.*$/$1/,DEFAULT`) + dirs, at: "RULE:"},
	{rule: "identity/no-authorizer", deployment: "kraft", old: "KAFKA_AUTHORIZER_CLASS_NAME", new: "AUTHORIZER_CLASS_NAME", at: "User:kafka"},
	{rule: "identity/nodes-without-identity", deployment: "kraft-plaintext",
		old: dirs, new: variable("KAFKA_AUTHORIZER_CLASS_NAME", standard) + dirs, at: "CLIENTS:PLAINTEXT"},
	{rule: "identity/open-listener-outside", deployment: "kraft-plaintext",
		old: "  name: kafka\n  namespace: streams\nspec:\n  selector:\n    app: kafka\n  ports:",
		new: "  name: kafka\n  namespace: streams\nspec:\n  type: LoadBalancer\n  selector:\n    app: kafka\n  ports: # outside",
		at:  "    - name: tcp-clients\n      port: 9092\n---\napiVersion: policy/v1"},
	{rule: "identity/open-listener-outside", deployment: "kraft-plaintext",
		old: "              containerPort: 9092", new: "              containerPort: 9092\n              hostPort: 9092", at: "hostPort"},
	{rule: "identity/principal-builder-missing", deployment: "kraft",
		old: dirs, new: variable("KAFKA_PRINCIPAL_BUILDER_CLASS", "com.example.kafka.OwnPrincipalBuilder") + dirs, at: "com.example"},
	{rule: "identity/principal-builder-sees-no-certificate", deployment: "kraft-plaintext",
		old: dirs,
		new: variable("CLASSPATH", classPath) + variable("KAFKA_PRINCIPAL_BUILDER_CLASS", "io.statnett.k3a.authz.spiffe.SpiffePrincipalBuilder") + dirs,
		at:  "io.statnett"},
	{rule: "identity/principal-builder-without-serde", deployment: "kraft",
		old: dirs,
		new: variable("CLASSPATH", classPath) + variable("KAFKA_PRINCIPAL_BUILDER_CLASS", "io.okro.kafka.SpiffePrincipalBuilder") + dirs,
		at:  "io.okro"},
	{rule: "identity/role-enters-brokers", deployment: "identity-access", old: "[get, list, watch]", new: "[get, list, watch, patch]", at: "pods/ephemeralcontainers"},
	{rule: "identity/role-enters-brokers", deployment: "identity-access", old: "name: view", new: "name: edit"},
	{rule: "identity/super-users-joined-by-comma", deployment: "kraft", old: "User:kafka", new: "User:kafka,User:admin"},
	{rule: "identity/unknowable-super-user", deployment: "kraft-plaintext",
		old: dirs,
		new: variable("KAFKA_AUTHORIZER_CLASS_NAME", standard) + variable("KAFKA_SUPER_USERS", spiffe) + dirs,
		at:  spiffe},
}
