package workload_test

import (
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

func TestLinksHarmWhereTheImageReadsThem(t *testing.T) {
	tests := []struct {
		name, spec string
		want       workload.ServiceLinks
	}{
		{"Confluent's image stops", `{containers: [{name: k, image: "confluentinc/cp-kafka:7.9.0"}]}`, workload.LinksStopStart},
		{"the official image takes it for a setting", `{containers: [{name: k, image: "apache/kafka:4.1.0"}]}`, workload.LinksBecomeSettings},
		{"Bitnami's image has another prefix", `{containers: [{name: k, image: "bitnami/kafka:3.9.0"}]}`, workload.LinksIgnored},
		{"the pod sets the variable", `{containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PORT, value: "9092"}]}]}`, workload.LinksIgnored},
		{"the command takes the variable away", `{containers: [{name: k, image: "confluentinc/cp-kafka:5.0.1",
			command: [sh, -exc, "unset KAFKA_PORT && export KAFKA_BROKER_ID=1 && exec /etc/confluent/docker/run"]}]}`, workload.LinksIgnored},
		{"the command starts Kafka itself", `{containers: [{name: k, image: "apache/kafka:4.1.0",
			command: [/opt/kafka/bin/kafka-server-start.sh, /opt/kafka/config/server.properties]}]}`, workload.LinksIgnored},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := process(t, test.spec).LinksHarm(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
