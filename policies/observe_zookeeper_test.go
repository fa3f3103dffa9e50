package policies

import "testing"

func TestWhoMayDoWhatWithZooKeeper(t *testing.T) {
	tests := []struct {
		name, image, env, fact string
		want                   any
	}{
		{"the image's own words", "bitnami/zookeeper:3.8.4", "", "four_letter_words", ""},
		{"all words", "zookeeper:3.8.4", `{name: ZOO_4LW_COMMANDS_WHITELIST, value: "*"}`, "four_letter_words", "*"},
		{"words from a Secret", "zookeeper:3.8.4", `{name: ZOO_4LW_COMMANDS_WHITELIST, valueFrom: {secretKeyRef: {name: s, key: k}}}`, "four_letter_words", "unknown"},
		{"ACLs", "zookeeper:3.8.4", "", "skips_acls", false},
		{"no ACLs by zoo.cfg", "zookeeper:3.8.4", `{name: ZOO_CFG_EXTRA, value: "skipACL=yes"}`, "skips_acls", true},
		{"no ACLs by an option", "zookeeper:3.8.4", `{name: JVMFLAGS, value: "-Dzookeeper.skipACL=yes"}`, "skips_acls", true},
		{"ACLs after all", "zookeeper:3.8.4", `{name: JVMFLAGS, value: "-Dzookeeper.skipACL=no"}`, "skips_acls", false},
		{"a digest", "zookeeper:3.8.4", `{name: SERVER_JVMFLAGS, value: "-Dzookeeper.DigestAuthenticationProvider.superDigest=a:b"}`, "super_digest", true},
		{"a digest from a Secret", "zookeeper:3.8.4", `{name: SERVER_JVMFLAGS, valueFrom: {secretKeyRef: {name: s, key: k}}}`, "super_digest", false},
		{"SASL in the quorum", "zookeeper:3.8.4", `{name: ZOO_CFG_EXTRA, value: "quorum.auth.enableSasl=true"}`, "quorum_sasl", true},
		{"no SASL in the quorum", "zookeeper:3.8.4", "", "quorum_sasl", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, podOf(held, zookeeper(test.image, test.env)), modern)[test.fact]; got != test.want {
				t.Errorf("%s is %v, want %v", test.fact, got, test.want)
			}
		})
	}
}

func TestAdminServersThatAreOfferedOutside(t *testing.T) {
	tests := []struct{ name, image, env, port, want string }{
		{"on its port", "zookeeper:3.8.4", "", "8080", "Service out of type NodePort"},
		{"on another port", "zookeeper:3.8.4", `{name: ZOO_CFG_EXTRA, value: "admin.serverPort=9080"}`, "9080", "Service out of type NodePort"},
		{"not on that port", "zookeeper:3.8.4", `{name: ZOO_CFG_EXTRA, value: "admin.serverPort=9080"}`, "8080", ""},
		{"switched off", "zookeeper:3.8.4", `{name: ZOO_ADMINSERVER_ENABLED, value: "false"}`, "8080", ""},
		{"on localhost", "zookeeper:3.8.4", `{name: ZOO_CFG_EXTRA, value: "admin.serverAddress=127.0.0.1"}`, "8080", ""},
		{"before there was one", "zookeeper:3.4.14", "", "8080", ""},
		{"off by the image", "bitnami/zookeeper:3.8.4", "", "8080", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			around := described(t, "apiVersion: v1\nkind: Service\nmetadata: {name: out, namespace: kafka}\nspec: {type: NodePort, selector: {app: kafka}, ports: [{port: "+test.port+"}]}\n")
			if got := valuesOf(t, podOf(held, zookeeper(test.image, test.env)), around)["admin_server_way"]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
