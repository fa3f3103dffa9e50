package workload_test

import (
	"testing"
	"time"

	"github.com/sluice-dev/sluice/workload"
)

const waiting = "lifecycle: {postStart: {exec: {command: [pilot-agent, wait]}}}"

func TestFindSidecarTellsNativeFromClassic(t *testing.T) {
	tests := []struct {
		name, pod string
		kind      workload.SidecarKind
		path      string
	}{
		{"none", "spec: {containers: [{name: kafka}]}", workload.NoSidecar, ""},
		{"classic", "spec: {containers: [{name: kafka}, {name: istio-proxy}]}", workload.ClassicSidecar, "spec.containers[1]"},
		{"native", "spec: {initContainers: [{name: istio-init}, {name: istio-proxy, restartPolicy: Always}]}", workload.NativeSidecar, "spec.initContainers[1]"},
		{"fields for a proxy to come", "spec: {containers: [{name: kafka}, {name: istio-proxy, image: auto}]}", workload.NoSidecar, ""},
		{"an init container that ends", "spec: {initContainers: [{name: istio-proxy}]}", workload.NoSidecar, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := parse(t, test.pod)
			got := workload.FindSidecar(root)
			if got.Kind != test.kind || got.Container != nil && got.Container.Path(root) != test.path {
				t.Errorf("got %+v, want %s at %q", got, test.kind, test.path)
			}
		})
	}
}

func TestExpectedSidecarGoesByTheAnnotationUntilThereIsOne(t *testing.T) {
	tests := []struct {
		name, pod string
		want      workload.SidecarKind
	}{
		{"nothing said", "spec: {}", workload.NoSidecar},
		{"native asked for", "metadata: {annotations: {sidecar.istio.io/nativeSidecar: 'true'}}", workload.NativeSidecar},
		{"classic asked for", "metadata: {annotations: {sidecar.istio.io/nativeSidecar: 'false'}}", workload.ClassicSidecar},
		{"nonsense", "metadata: {annotations: {sidecar.istio.io/nativeSidecar: 'yes'}}", workload.NoSidecar},
		{"there already", "{metadata: {annotations: {sidecar.istio.io/nativeSidecar: 'true'}}, spec: {containers: [{name: istio-proxy}]}}", workload.ClassicSidecar},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := podInKafka(t, test.pod).ExpectedSidecar(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestSidecarHoldsBackWhatStartsAfterItsHook(t *testing.T) {
	tests := []struct {
		name, pod           string
		first, waits, holds bool
	}{
		{"none", "spec: {containers: [{name: kafka}]}", false, false, false},
		{"in front with its hook", "spec: {containers: [{name: istio-proxy, " + waiting + "}, {name: kafka}]}", true, true, true},
		{"in front without a hook", "spec: {containers: [{name: istio-proxy}, {name: kafka}]}", true, false, false},
		{"behind", "spec: {containers: [{name: kafka}, {name: istio-proxy, " + waiting + "}]}", false, true, false},
		{"a shell's line", "spec: {containers: [{name: istio-proxy, lifecycle: {postStart: {exec: {command: [sh, -c, 'sleep 1; /usr/local/bin/pilot-agent wait']}}}}, {name: kafka}]}", true, true, true},
		{"another hook", "spec: {containers: [{name: istio-proxy, lifecycle: {postStart: {exec: {command: ['true']}}}}, {name: kafka}]}", true, false, false},
		{"native", "spec: {initContainers: [{name: istio-proxy, restartPolicy: Always}], containers: [{name: kafka}]}", false, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := podInKafka(t, test.pod)
			containers := w.Pod.At("spec", "containers").Items()
			kafka := containers[len(containers)-1]
			if test.name == "behind" {
				kafka = containers[0]
			}
			sidecar := w.Sidecar
			if sidecar.First() != test.first || sidecar.Waits() != test.waits || sidecar.HoldsBack(kafka) != test.holds {
				t.Errorf("first %t, waits %t, holds back %t", sidecar.First(), sidecar.Waits(), sidecar.HoldsBack(kafka))
			}
		})
	}
}

func TestPollsProxyKnowsTheVariableOfImagesThatWaitThemselves(t *testing.T) {
	container := parse(t, "env: [{name: ENVOY_SIDECAR_STATUS, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['sidecar.istio.io/status']\"}}}]")
	if !workload.PollsProxy(container) {
		t.Error("the variable is not recognised")
	}
	if workload.PollsProxy(parse(t, "env: [{name: ENVOY_SIDECAR_STATUS, value: injected}]")) {
		t.Error("a fixed value counts, too")
	}
}

func TestGracePeriodHasTheDefaultOfTheAPI(t *testing.T) {
	tests := map[string]time.Duration{
		"spec: {}": 30 * time.Second,
		"spec: {terminationGracePeriodSeconds: 120}":                 2 * time.Minute,
		"spec: {terminationGracePeriodSeconds: 0}":                   0,
		"spec: {terminationGracePeriodSeconds: -1}":                  30 * time.Second,
		"spec: {terminationGracePeriodSeconds: 9223372036854775807}": 30 * time.Second,
	}
	for text, want := range tests {
		if got := workload.GracePeriod(parse(t, text)); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestProxyOutlivesApp(t *testing.T) {
	tests := []struct {
		name, config, pod string
		want              bool
	}{
		{"five seconds of drain", "", "spec: {}", false},
		{"waiting for the last connection", `proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"}`, "spec: {}", true},
		{"a drain as long as the grace period", "terminationDrainDuration: 30s", "spec: {}", true},
		{"a drain a little shorter", "terminationDrainDuration: 25s", "spec: {}", true},
		{"a drain too short for a longer grace period", "terminationDrainDuration: 30s", "spec: {terminationGracePeriodSeconds: 120}", false},
		{"a native sidecar", "", "spec: {initContainers: [{name: istio-proxy, restartPolicy: Always}]}", true},
		{"a hook of the proxy's own", "", "spec: {containers: [{name: istio-proxy, lifecycle: {preStop: {exec: {command: [sleep, '60']}}}}]}", true},
		{"a variable of the proxy that is there", "", "spec: {containers: [{name: istio-proxy, env: [{name: EXIT_ON_ZERO_ACTIVE_CONNECTIONS, value: 'true'}]}]}", true},
		{"which beats the annotation", `proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"}`,
			"spec: {containers: [{name: istio-proxy, env: [{name: EXIT_ON_ZERO_ACTIVE_CONNECTIONS, value: 'false'}]}]}", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config, err := workload.ReadProxyConfig(annotated(test.config))
			if err != nil {
				t.Fatal(err)
			}
			if got := podInKafka(t, test.pod).ProxyOutlivesApp(&config); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
