package workload_test

import (
	"slices"
	"testing"
)

func TestControllerListenersAreNamedByTheProperty(t *testing.T) {
	tests := []struct {
		name, spec string
		want       []string
	}{
		{"by a variable", `{containers: [{name: k, image: "confluentinc/cp-kafka:7.9.0", env: [{name: KAFKA_CONTROLLER_LISTENER_NAMES, value: "A, B"}]}]}`, []string{"A", "B"}},
		{"by nothing", `{containers: [{name: k, image: "confluentinc/cp-kafka:7.9.0"}]}`, []string{"CONTROLLER"}},
		{"by what cannot be seen", `{containers: [{name: k, image: "confluentinc/cp-kafka:7.9.0",
			env: [{name: KAFKA_CONTROLLER_LISTENER_NAMES, valueFrom: {secretKeyRef: {name: s, key: k}}}]}]}`, []string{"CONTROLLER"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := process(t, test.spec).ControllerListeners(); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
