package policies

import "testing"

// kafkaBroker is a broker with a variable.
func kafkaBroker(env string) string {
	return `containers: [{name: kafka, image: "apache/kafka:4.1.0", env: [` + env + `]}]`
}

func TestLimitsForOneAddress(t *testing.T) {
	tests := []struct{ name, container, want string }{
		{"a broker without one", kafkaBroker(""), ""},
		{"a broker's", kafkaBroker(`{name: KAFKA_MAX_CONNECTIONS_PER_IP, value: "100"}`), "max.connections.per.ip"},
		{"none at all, but for some", kafkaBroker(`{name: KAFKA_MAX_CONNECTIONS_PER_IP, value: "0"}`), "max.connections.per.ip"},
		{"a broker's own", kafkaBroker(`{name: KAFKA_MAX_CONNECTIONS_PER_IP, value: "2147483647"}`), ""},
		{"a broker's for some", kafkaBroker(`{name: KAFKA_MAX_CONNECTIONS_PER_IP_OVERRIDES, value: "10.0.0.1:5"}`), "max.connections.per.ip.overrides"},
		{"from a Secret", kafkaBroker(`{name: KAFKA_MAX_CONNECTIONS_PER_IP, valueFrom: {secretKeyRef: {name: s, key: k}}}`), ""},
		{"ZooKeeper's own", zookeeper("zookeeper:3.8.4", ""), ""},
		{"ZooKeeper's own, written down", zookeeper("zookeeper:3.8.4", `{name: ZOO_MAX_CLIENT_CNXNS, value: "60"}`), ""},
		{"less for ZooKeeper", zookeeper("zookeeper:3.8.4", `{name: ZOO_MAX_CLIENT_CNXNS, value: "3"}`), "maxClientCnxns"},
		{"no limit for ZooKeeper", zookeeper("zookeeper:3.8.4", `{name: ZOO_MAX_CLIENT_CNXNS, value: "0"}`), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, podOf(held, test.container), modern)["address_limit"]; got != test.want {
				t.Errorf("address_limit is %q, want %q", got, test.want)
			}
		})
	}
}
