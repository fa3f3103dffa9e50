package mutators

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
)

func TestAScriptIsRewrittenOnlyWhereThatHelpsOrOnRequest(t *testing.T) {
	const spec = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: k-0\n  namespace: streams\n%sspec:\n  containers:\n  - {name: k, image: x, command: %s}\n"
	const overrides = "config/kraft/controller.properties --override listeners=CONTROLLER://k-0.k:9093 --override controller.quorum.voters=0@k-0.k:9093"
	script := fmt.Sprintf("[sh, -c, %q]", "exec kafka-server-start.sh "+overrides)
	words := "[kafka-server-start.sh, " + strings.ReplaceAll(overrides, " ", ", ") + "]"
	bySettings := settings.Default()
	bySettings.Mutators = map[string]settings.Mode{"quorum-listen": settings.Enforce}
	shadowed := settings.Default()
	shadowed.Mutators = map[string]settings.Mode{"quorum-listen": settings.Shadow}
	for _, test := range []struct {
		name, annotations, command string
		settings                   settings.Settings
		world                      surroundings.Surroundings
		want                       string
	}{
		{"unknown delivery", "", script, settings.Default(), injected(), "-script"},
		{"delivery to the pod", "", script, settings.Default(), delivering{injected(), surroundings.DeliveryPodIP}, "-script"},
		{"delivery to localhost", "", script, settings.Default(), delivering{injected(), surroundings.DeliveryLocalhost}, "rebound"},
		{"a pod that asks", annotated("sluice.dev/quorum-listen: enforce"), script, settings.Default(), injected(), "rebound"},
		{"a namespace that asks", "", script, settings.Default(), injected("sluice.dev/quorum-listen", "enforce"), "rebound"},
		{"settings that ask", "", script, bySettings, injected(), "rebound"},
		{"a shadow is no request", "", script, shadowed, injected(), "-script"},
		{"nor is a mode for all", annotated("sluice.dev/mode: enforce"), script, settings.Default(), injected(), "-script"},
		{"words that no shell reads are no script", "", words, settings.Default(), injected(), "rebound"},
	} {
		review, _ := mutate(t, fmt.Sprintf(spec, test.annotations, test.command), test.settings, test.world)
		if got := outcomes(review, "quorum-listen"); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// delivering is a world in which proxies deliver to a known place.
type delivering struct {
	surroundings.Surroundings
	delivery surroundings.Delivery
}

func (d delivering) Delivery(context.Context) surroundings.Delivery { return d.delivery }

func TestAControllerKeepsTheEndpointThatItAdvertises(t *testing.T) {
	const spec = "apiVersion: v1\nkind: Pod\nmetadata: {name: k-0, namespace: streams}\nspec: {containers: [{name: k, image: 'apache/kafka:4.1.0', env: [" +
		"{name: KAFKA_PROCESS_ROLES, value: 'broker,controller'}, {name: KAFKA_LISTENERS, value: 'PLAINTEXT://:9092,CONTROLLER://k-0.k:9093'}%s]}]}\n"
	const (
		voters     = ", {name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: '0@k-0.k:9093'}"
		bootstrap  = ", {name: KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS, value: 'k-0.k:9093'}"
		secret     = ", {name: KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS, valueFrom: {secretKeyRef: {name: s, key: k}}}"
		advertised = ", {name: KAFKA_ADVERTISED_LISTENERS, value: 'PLAINTEXT://k:9092,CONTROLLER://k-0.k:9093'}"
		another    = ", {name: KAFKA_ADVERTISED_LISTENERS, value: 'PLAINTEXT://k:9092'}"
	)
	for env, want := range map[string]string{
		"": "-advertised-would-change", voters: "rebound", bootstrap: "-advertised-would-change", advertised: "rebound",
		another: "-advertised-would-change", voters + another: "rebound", voters + bootstrap: "-advertised-would-change",
		voters + secret: "-advertised-would-change", bootstrap + advertised: "rebound", voters + bootstrap + advertised: "rebound",
	} {
		review, _ := mutate(t, fmt.Sprintf(spec, env), settings.Default(), injected())
		if got := outcomes(review, "quorum-listen"); got != want {
			t.Errorf("%s: got %q, want %q", env, got, want)
		}
	}
}
