package workload_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// annotated returns a pod whose proxy configuration is text.
func annotated(text string) *document.Node {
	annotations := document.NewMapping(document.NewString(text).WithKey(workload.ProxyConfigAnnotation))
	return document.NewMapping(document.NewMapping(annotations.WithKey("annotations")).WithKey("metadata"))
}

func TestProxyConfigIsReadAsIstioReadsIt(t *testing.T) {
	type reading struct {
		hold, holdSet   bool
		exit, exitSet   bool
		drain           time.Duration
		drainSet, empty bool
	}
	tests := []struct {
		name, text string
		want       reading
	}{
		{"JSON", `{"holdApplicationUntilProxyStarts": true}`, reading{hold: true, holdSet: true}},
		{"YAML", "holdApplicationUntilProxyStarts: true\n", reading{hold: true, holdSet: true}},
		{"a YAML 1.1 boolean", "holdApplicationUntilProxyStarts: yes", reading{hold: true, holdSet: true}},
		{"a refusal", "holdApplicationUntilProxyStarts: false", reading{holdSet: true}},
		{"a null", "holdApplicationUntilProxyStarts: null", reading{}},
		{"the protobuf names", "{hold_application_until_proxy_starts: true, termination_drain_duration: 1m}",
			reading{hold: true, holdSet: true, drain: time.Minute, drainSet: true}},
		{"the usual name beats the protobuf name", "{hold_application_until_proxy_starts: true, holdApplicationUntilProxyStarts: false}",
			reading{holdSet: true}},
		{"metadata", `proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true", OTHER: null}`, reading{exit: true, exitSet: true}},
		{"metadata in the agent's other spelling", `proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "0"}`, reading{exitSet: true}},
		{"metadata that the agent cannot read", `proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "on"}`, reading{}},
		{"a drain", `terminationDrainDuration: 45s`, reading{drain: 45 * time.Second, drainSet: true}},
		{"fields of no concern", "concurrency: 2", reading{}},
		{"nothing", "", reading{empty: true}},
		{"a comment", "# later", reading{empty: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config, err := workload.ReadProxyConfig(annotated(test.text))
			if err != nil {
				t.Fatal(err)
			}
			got := reading{empty: config.Root == nil}
			got.hold, got.holdSet = config.Hold()
			got.exit, got.exitSet = config.ExitOnZeroActiveConnections()
			got.drain, got.drainSet = config.TerminationDrain()
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if config.Annotation.Text() != test.text {
				t.Errorf("the annotation's node holds %q", config.Annotation.Text())
			}
		})
	}
}

func TestProxyConfigThatIstioRefusesIsAnError(t *testing.T) {
	tests := []struct{ name, text, mention string }{
		{"broken JSON", `{"holdApplicationUntilProxyStarts": true`, "line 1, column "},
		{"broken YAML", "a: b\n c: d\n", "line 2"},
		{"a duplicate key", "concurrency: 1\nconcurrency: 2\n", "concurrency"},
		{"a list", "[]", "not a list"},
		{"several documents", "concurrency: 1\n---\nconcurrency: 2\n", "more than one"},
		{"hold in quotes", `holdApplicationUntilProxyStarts: "true"`, "without quotes"},
		{"metadata as a list", "proxyMetadata: []", "mapping of strings"},
		{"metadata without quotes", "proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: true}", "put it in quotes"},
		{"a drain without a unit", "terminationDrainDuration: 30", `such as "30s"`},
		{"a drain in words", "terminationDrainDuration: long", `"long"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config, err := workload.ReadProxyConfig(annotated(test.text))
			if err == nil || !strings.Contains(err.Error(), test.mention) {
				t.Errorf("got the error %v, which should mention %q", err, test.mention)
			}
			if config.Annotation == nil {
				t.Error("the annotation's node is missing")
			}
		})
	}
}

func TestAnnotationThatIsNoStringIsAnError(t *testing.T) {
	root := parse(t, "metadata: {annotations: {proxy.istio.io/config: {holdApplicationUntilProxyStarts: true}}}")
	if _, err := workload.ReadProxyConfig(root); err == nil || !strings.Contains(err.Error(), "put it in quotes") {
		t.Errorf("got the error %v", err)
	}
}

func TestProxyConfigOfAPodWithoutAnnotationIsEmpty(t *testing.T) {
	config, err := workload.ReadProxyConfig(parse(t, "spec: {}"))
	if err != nil || config.Annotation != nil || config.Root != nil {
		t.Errorf("got %+v, %v", config, err)
	}
	if config.Field(workload.HoldField) != nil {
		t.Error("there is a field")
	}
}
