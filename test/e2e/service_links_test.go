package e2e

import (
	"strings"
	"testing"
)

// The kubelet makes KAFKA_PORT and its like of a Service called kafka. The official
// image takes them for settings, and drops its own configuration for them.
func TestAServiceCalledKafkaIsNoSetting(t *testing.T) {
	claim := prove(t, settings, "A broker of the official image starts beside a Service called `kafka`")
	for _, version := range versions(t, kafkaNewest, kafkaOnZooKeeper) {
		t.Run(version, func(t *testing.T) {
			claim.ran("Kafka " + version)
			values := map[string]any{"Version": version}
			claim.half(t, without, "it exits with 1: `KAFKA_PORT` and its like have taken the place of the image's configuration", func(t *testing.T, namespace string) {
				apply(t, namespace, "kafka-defaults.yaml", values)
				meshed(t, namespace, "kafka")
				saying(t, namespace, "kafka", "kafka", `ConfigException: Missing required configuration`)
				exited(t, namespace, "kafka", 1)
			})
			claim.half(t, with, "it starts with the image's configuration", func(t *testing.T, namespace string) {
				apply(t, namespace, "kafka-defaults.yaml", values)
				meshed(t, namespace, "kafka")
				saying(t, namespace, "kafka", "kafka", kraftStarted)
				environment, err := run(t.Context(), namespace, "kafka", "kafka", "cat", "/proc/1/environ")
				if err != nil || strings.Contains(environment, "KAFKA_PORT=") {
					t.Errorf("the broker's environment, %v: %q", err, environment)
				}
			})
		})
	}
}
