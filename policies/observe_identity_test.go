package policies

import "testing"

func TestSuperUsers(t *testing.T) {
	tests := []struct{ name, value, fact, want string }{
		{"a user", "User:a", "super_users", "known"},
		{"spaces and empty entries", "; User:a ;  User:ANONYMOUS", "super_user_malformed", ""},
		{"no type", "User:a;b", "super_user_malformed", "b"},
		{"a name with a colon", "User:spiffe://t/ns/a/sa/b", "super_user_malformed", ""},
		{"a distinguished name", "User:CN=a,OU=b,O=c;User:CN=d", "super_users_joined", ""},
		{"a comma for a semicolon", "User:a, User:b", "super_users_joined", "User:a, User:b"},
		{"distinguished names with a comma for a semicolon", "User:CN=a,O=b,User:CN=c", "super_users_joined", "User:CN=a,O=b,User:CN=c"},
		{"a SPIFFE id", "User:a;User:spiffe://t/ns/a/sa/b", "super_user_spiffe", "User:spiffe://t/ns/a/sa/b"},
		{"the account of everybody", "User:spiffe://t/ns/a/sa/default", "super_user_default_account", "User:spiffe://t/ns/a/sa/default"},
		{"the same in one word", "User:kafka-default", "super_user_default_account", "User:kafka-default"},
		{"the same as a common name", "User:CN=kafka-default", "super_user_default_account", "User:CN=kafka-default"},
		{"one word that may be anything", "User:shop-default", "super_user_default_account", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pod := podOf(held, `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SUPER_USERS, value: "`+test.value+`"}]}]`)
			w, _ := recognised(t, pod)
			if got := named(Facts(t.Context(), w, modern)[0])[test.fact]; got != test.want {
				t.Errorf("%s is %q, want %q", test.fact, got, test.want)
			}
		})
	}
}

func TestWhoKeepsTheMetadata(t *testing.T) {
	for name, test := range map[string]struct {
		container, want string
		number          int
	}{
		"KRaft by the version": {kafka, "kraft", 40100},
		"ZooKeeper":            {`{name: k, image: "confluentinc/cp-kafka:7.3.0", env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: "z:2181"}]}`, "zookeeper", 30300},
		"a migration":          {`{name: k, image: "confluentinc/cp-kafka:7.3.0", env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: "z:2181"}, {name: KAFKA_PROCESS_ROLES, value: controller}]}`, "kraft", 30300},
		"out of sight":         {`{name: k, image: "quay.io/strimzi/kafka:0.40.0-kafka-3.7.0", command: [/opt/kafka/kafka_run.sh]}`, "unknown", 30700},
		"no version":           {`{name: k, image: "my/kafka:1", command: [kafka-server-start.sh, /c]}`, "unknown", 0},
	} {
		values := valuesOf(t, podOf(held, "containers: ["+test.container+"]"), modern)
		if values["coordination"] != test.want || values["kafka_version_number"] != test.number {
			t.Errorf("%s: got %v, %v", name, values["coordination"], values["kafka_version_number"])
		}
	}
}
