package mutators

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// kafkaPod is a pod with a broker; %s is more of its metadata, indented by two.
const kafkaPod = `
apiVersion: v1
kind: Pod
metadata:
  name: kafka-0
  namespace: streams
%sspec:
%s  containers:
  - name: kafka
    image: apache/kafka:4.0.0
    env:
    - {name: KAFKA_PROCESS_ROLES, value: broker}
    - {name: KAFKA_NODE_ID, value: "1"}
    - {name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: "100@controller-0.controller:9093"}
    - {name: KAFKA_LISTENERS, value: "CLIENT://:9092"}
`

func annotated(lines ...string) string {
	return "  annotations:\n    " + strings.Join(lines, "\n    ") + "\n"
}

func pod(metadata, spec string) string { return fmt.Sprintf(kafkaPod, metadata, spec) }

const (
	nativeProxy = "  initContainers:\n  - {name: istio-proxy, image: istio/proxyv2, restartPolicy: Always}\n"
)

// around is a world with one namespace.
type around struct {
	surroundings.None
	namespace surroundings.Namespace
}

func (a around) Namespace(_ context.Context, name string) (surroundings.Namespace, surroundings.Knowledge) {
	if name != "streams" {
		return surroundings.Namespace{}, surroundings.Absent
	}
	return a.namespace, surroundings.Found
}

// injected is a namespace in the mesh with the given annotations, as key, value.
func injected(annotations ...string) surroundings.Surroundings {
	namespace := surroundings.Namespace{Labels: map[string]string{"istio-injection": "enabled"}, Annotations: map[string]string{}}
	for i := 0; i < len(annotations); i += 2 {
		namespace.Annotations[annotations[i]] = annotations[i+1]
	}
	return around{namespace: namespace}
}

// mutate runs all mutators over a manifest.
func mutate(t *testing.T, manifest string, s settings.Settings, world surroundings.Surroundings) (*Review, *document.Node) {
	t.Helper()
	for doc, err := range document.Read(document.NewFile("pod.yaml", []byte(manifest))) {
		if err != nil {
			t.Fatal(err)
		}
		w := workload.Recognise(t.Context(), doc.Root, "", world)
		if w == nil {
			t.Fatal("the pod was not recognised")
		}
		review := NewReview(w, document.NewEditor(doc.Root), &s, world, w.Object.Namespace)
		All().Mutate(t.Context(), review)
		return review, doc.Root
	}
	t.Fatal("no document")
	return nil, nil
}

// outcomes lists the reason codes of a review under one mutator, in their order.
func outcomes(review *Review, mutator string) string {
	var codes []string
	for _, change := range review.Changes {
		code := strings.TrimPrefix(string(change.Reason), mutator+"/")
		if code == string(change.Reason) {
			continue
		}
		if change.Shadow {
			code = "(" + code + ")"
		}
		codes = append(codes, code)
	}
	for _, skip := range review.Skips {
		if code, ok := strings.CutPrefix(string(skip.Reason), mutator+"/"); ok {
			codes = append(codes, "-"+code)
		}
	}
	return strings.Join(codes, " ")
}

func TestHoldApplicationAndShutdownOrderShareTheProxyConfig(t *testing.T) {
	const config = "proxy.istio.io/config"
	for _, test := range []struct {
		name, manifest string
		hold, shutdown string
		// annotation is proxy.istio.io/config afterwards, "" for none.
		annotation string
	}{
		{
			name: "no annotation", manifest: pod("", ""), hold: "set", shutdown: "set",
			annotation: `{"holdApplicationUntilProxyStarts":true,"proxyMetadata":{"EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"true"}}`,
		},
		{
			name: "keys that Sluice does not know stay", manifest: pod(annotated(config+`: '{"concurrency": 2, "proxyMetadata": {"A": "b"}}'`), ""),
			hold: "merged", shutdown: "merged",
			annotation: `{"concurrency":2,"proxyMetadata":{"A":"b","EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"true"},"holdApplicationUntilProxyStarts":true}`,
		},
		{
			name: "block YAML", manifest: pod(annotated(config+": |", "  # two workers", "  concurrency: 2"), ""),
			hold: "merged", shutdown: "merged",
			annotation: `{"concurrency":2,"holdApplicationUntilProxyStarts":true,"proxyMetadata":{"EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"true"}}`,
		},
		{
			name: "both are there", manifest: pod(annotated(config+`: '{"holdApplicationUntilProxyStarts": true, "proxyMetadata": {"EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "true"}}'`), ""),
			hold: "-already", shutdown: "-already",
			annotation: `{"holdApplicationUntilProxyStarts":true,"proxyMetadata":{"EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"true"}}`,
		},
		{
			name: "a protobuf name is built upon", manifest: pod(annotated(config+`: '{"proxy_metadata": {"A": "b"}}'`), ""),
			hold: "merged", shutdown: "merged",
			annotation: `{"proxy_metadata":{"A":"b","EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"true"},"holdApplicationUntilProxyStarts":true}`,
		},
		{
			name: "somebody said no", manifest: pod(annotated(config+`: '{"holdApplicationUntilProxyStarts": false, "proxyMetadata": {"EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "false"}}'`), ""),
			hold: "-declined", shutdown: "-declined",
			annotation: `{"holdApplicationUntilProxyStarts":false,"proxyMetadata":{"EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"false"}}`,
		},
		{
			name: "a malformed annotation is left alone", manifest: pod(annotated(config+`: '{"concurrency": 2'`), ""),
			hold: "-malformed-annotation", shutdown: "-malformed-annotation", annotation: "malformed",
		},
		{
			name: "an annotation that is no string is left alone", manifest: pod(annotated(config+`: {concurrency: 2}`), ""),
			hold: "-malformed-annotation", shutdown: "-malformed-annotation", annotation: "malformed",
		},
		{
			name: "an empty annotation", manifest: pod(annotated(config+`: ""`), ""), hold: "set", shutdown: "merged",
			annotation: `{"holdApplicationUntilProxyStarts":true,"proxyMetadata":{"EXIT_ON_ZERO_ACTIVE_CONNECTIONS":"true"}}`,
		},
		{name: "a native sidecar that is there", manifest: pod("", nativeProxy), hold: "-native-sidecar", shutdown: "-native-sidecar"},
		{
			name:     "a native sidecar that is asked for",
			manifest: pod(annotated(`sidecar.istio.io/nativeSidecar: "true"`), ""), hold: "-native-sidecar", shutdown: "-native-sidecar",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			review, root := mutate(t, test.manifest, settings.Default(), injected())
			if got := outcomes(review, "hold-application"); got != test.hold {
				t.Errorf("hold-application: got %q, want %q", got, test.hold)
			}
			if got := outcomes(review, "shutdown-order"); got != test.shutdown {
				t.Errorf("shutdown-order: got %q, want %q", got, test.shutdown)
			}
			config, err := workload.ReadProxyConfig(root)
			got := ""
			switch {
			case err != nil:
				got = "malformed"
			case config.Root != nil:
				got = string(config.Root.AppendJSON(nil))
			}
			if got != test.annotation {
				t.Errorf("the annotation is\n%s, want\n%s", got, test.annotation)
			}
		})
	}
}

func TestAClassicSidecarThatIsThereIsPutInOrder(t *testing.T) {
	const app = `{name: kafka, image: "apache/kafka:4.0.0", env: [{name: KAFKA_PROCESS_ROLES, value: broker}, {name: KAFKA_NODE_ID, value: "1"}]}`
	withContainers := func(containers ...string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: kafka-0, namespace: streams}\nspec: {containers: [" + strings.Join(containers, ", ") + "]}\n"
	}
	for _, test := range []struct{ name, manifest, hold, shutdown, proxy string }{
		{
			"behind the application", withContainers(app, "{name: istio-proxy}"),
			"set reordered waits", "set proxy-env",
			`{"name":"istio-proxy","lifecycle":{"postStart":{"exec":{"command":["pilot-agent","wait"]}}},"env":[{"name":"EXIT_ON_ZERO_ACTIVE_CONNECTIONS","value":"true"}]}`,
		},
		{
			"in front without a hook", withContainers("{name: istio-proxy, lifecycle: {preStop: {exec: {command: [sleep, '5']}}}}", app),
			"set waits", "set proxy-env",
			`{"name":"istio-proxy","lifecycle":{"preStop":{"exec":{"command":["sleep","5"]}},"postStart":{"exec":{"command":["pilot-agent","wait"]}}},"env":[{"name":"EXIT_ON_ZERO_ACTIVE_CONNECTIONS","value":"true"}]}`,
		},
		{
			"with a hook of its own", withContainers("{name: istio-proxy, lifecycle: {postStart: {exec: {command: [date]}}}}", app),
			"set -declined", "set proxy-env",
			`{"name":"istio-proxy","lifecycle":{"postStart":{"exec":{"command":["date"]}}},"env":[{"name":"EXIT_ON_ZERO_ACTIVE_CONNECTIONS","value":"true"}]}`,
		},
		{
			"with a variable of its own", withContainers("{name: istio-proxy, lifecycle: {postStart: {exec: {command: [pilot-agent, wait]}}}, env: [{name: EXIT_ON_ZERO_ACTIVE_CONNECTIONS, value: 'false'}]}", app),
			"set", "set -declined",
			`{"name":"istio-proxy","lifecycle":{"postStart":{"exec":{"command":["pilot-agent","wait"]}}},"env":[{"name":"EXIT_ON_ZERO_ACTIVE_CONNECTIONS","value":"false"}]}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			review, root := mutate(t, test.manifest, settings.Default(), injected())
			if got := outcomes(review, "hold-application"); got != test.hold {
				t.Errorf("hold-application: got %q, want %q", got, test.hold)
			}
			if got := outcomes(review, "shutdown-order"); got != test.shutdown {
				t.Errorf("shutdown-order: got %q, want %q", got, test.shutdown)
			}
			containers := root.At("spec", "containers").Items()
			if got := string(containers[0].AppendJSON(nil)); got != test.proxy {
				t.Errorf("the first container is\n%s, want\n%s", got, test.proxy)
			}
			if len(containers) != 2 || containers[1].Get("name").Text() != "kafka" {
				t.Error("the application is no longer the second container")
			}
		})
	}
}

func TestTheNearestAnnotationDecidesTheMode(t *testing.T) {
	shadowed := settings.Default()
	shadowed.Mode = settings.Shadow
	linksOff := settings.Default()
	linksOff.Mutators = map[string]settings.Mode{"service-links": settings.Off}
	for _, test := range []struct {
		name        string
		annotations string
		settings    settings.Settings
		world       surroundings.Surroundings
		links       string // outcome of service-links
		hold        string // outcome of hold-application
		skipped     string // the codes of "sluice", if any
	}{
		{"the default enforces", "", settings.Default(), injected(), "disabled", "set", ""},
		{"the settings shadow", "", shadowed, injected(), "(disabled)", "(set)", ""},
		{"the settings turn one off", "", linksOff, injected(), "", "set", "-off"},
		{"the namespace beats the settings", "", shadowed, injected("sluice.dev/mode", "enforce"), "disabled", "set", ""},
		{"the namespace's own word for a mutator beats its word for all", "", settings.Default(),
			injected("sluice.dev/mode", "shadow", "sluice.dev/service-links", "enforce"), "disabled", "(set)", ""},
		{"the pod beats the namespace", annotated(`sluice.dev/mode: enforce`), settings.Default(),
			injected("sluice.dev/mode", "shadow", "sluice.dev/service-links", "off"), "disabled", "set", ""},
		{"the pod's own word for a mutator beats all", annotated(`sluice.dev/mode: shadow`, `sluice.dev/service-links: enforce`), settings.Default(),
			injected(), "disabled", "(set)", ""},
		{"off for all", annotated(`sluice.dev/mode: "off"`), settings.Default(), injected(), "", "", "-off -off -off -off -off"},
		{"an unknown mode changes nothing", annotated(`sluice.dev/service-links: never`), settings.Default(), injected(), "", "set", "-invalid-mode"},
		{"an off without quotes is no mode", annotated(`sluice.dev/service-links: off`), settings.Default(), injected(), "", "set", "-invalid-mode"},
		{"outside the mesh only service links are turned off", annotated(`sidecar.istio.io/inject: "false"`), settings.Default(), injected(), "disabled", "", "-not-in-mesh"},
		{"an unknown namespace hinders nothing", "", settings.Default(), surroundings.None{}, "disabled", "set", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			review, _ := mutate(t, pod(test.annotations, ""), test.settings, test.world)
			for mutator, want := range map[string]string{"service-links": test.links, "hold-application": test.hold, "sluice": test.skipped} {
				if got := outcomes(review, mutator); got != want {
					t.Errorf("%s: got %q, want %q", mutator, got, want)
				}
			}
		})
	}
}

func TestAWrittenTrueForServiceLinksIsTurnedOff(t *testing.T) {
	for spec, want := range map[string]string{
		"": "disabled", "  enableServiceLinks: true\n": "disabled", "  enableServiceLinks: false\n": "-already", "  enableServiceLinks: no\n": "-already",
	} {
		review, root := mutate(t, pod("", spec), settings.Default(), injected())
		if got := outcomes(review, "service-links"); got != want {
			t.Errorf("%q: got %q, want %q", spec, got, want)
		}
		if !root.At("spec", "enableServiceLinks").IsFalse() {
			t.Errorf("%q: service links are on", spec)
		}
	}
}

func TestZooKeeperNeedsNoShutdownOrder(t *testing.T) {
	manifest := "apiVersion: v1\nkind: Pod\nmetadata: {name: zk-0, namespace: streams}\nspec: {containers: [{name: zk, image: 'zookeeper:3.9.4'}]}\n"
	review, _ := mutate(t, manifest, settings.Default(), injected())
	if got := outcomes(review, "shutdown-order"); got != "" {
		t.Errorf("got %q", got)
	}
	if got := outcomes(review, "quorum-listen"); got != "set" {
		t.Errorf("quorum-listen: got %q", got)
	}
}

func TestNamesAreThoseOfTheChain(t *testing.T) {
	var names []string
	var collect func(Mutator)
	collect = func(m Mutator) {
		switch m := m.(type) {
		case Chain:
			for _, member := range m {
				collect(member)
			}
		case InMesh:
			collect(m.Mutator)
		case WithMode:
			names = append(names, m.Name())
		default:
			t.Errorf("%s runs without a mode", m.Name())
		}
	}
	collect(All())
	if got, want := strings.Join(names, " "), strings.Join(Names(), " "); got != want {
		t.Errorf("the chain runs %s, Names says %s", got, want)
	}
}

func TestWhatDependsOnBrokersIsChangedOnlyWhereThatHelps(t *testing.T) {
	const spec = "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: streams}\nspec: {containers: [{name: x, image: x, command: [%s, /config/x.properties]}]}\n"
	for program, want := range map[string]map[string]string{
		"connect-distributed.sh":  {"hold-application": "set", "quorum-listen": "", "shutdown-order": "set", "service-links": "-harmless"},
		"connect-mirror-maker.sh": {"hold-application": "set", "quorum-listen": "", "shutdown-order": "set", "service-links": "-harmless"},
		"kafka-server-start.sh":   {"hold-application": "set", "quorum-listen": "", "shutdown-order": "set", "service-links": "disabled"},
	} {
		review, _ := mutate(t, fmt.Sprintf(spec, program), settings.Default(), injected())
		for mutator, outcome := range want {
			if got := outcomes(review, mutator); got != outcome {
				t.Errorf("%s, %s: got %q, want %q", program, mutator, got, outcome)
			}
		}
	}
}

func TestWhatAnOperatorComparesStays(t *testing.T) {
	const spec = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: k-0\n  namespace: streams\n  labels: {kafka_cr: events}\n%sspec:\n  containers:\n  - {name: k, image: x, command: [bash, -c, kafka-server-start.sh /config/broker-config]}\n"
	const config = "proxy.istio.io/config"
	for _, test := range []struct {
		name, value    string
		hold, shutdown string
		owned          string // the codes of "sluice"
	}{
		{"what is not there is added", "", "set", "set", ""},
		{"what the operator has set stays", `{"concurrency": 2}`, "", "", "-operator-owned -operator-owned"},
		{"what it says already is fine", `{"holdApplicationUntilProxyStarts": true}`, "-already", "", "-operator-owned"},
	} {
		annotations := ""
		if test.value != "" {
			annotations = annotated(config + ": '" + test.value + "'")
		}
		review, root := mutate(t, fmt.Sprintf(spec, annotations), settings.Default(), injected())
		for mutator, want := range map[string]string{"hold-application": test.hold, "shutdown-order": test.shutdown, "service-links": "disabled", "sluice": test.owned} {
			if got := outcomes(review, mutator); got != want {
				t.Errorf("%s: %s: got %q, want %q", test.name, mutator, got, want)
			}
		}
		if now := root.At("metadata", "annotations", config).Text(); test.value != "" && now != test.value {
			t.Errorf("%s: the annotation is %s", test.name, now)
		}
	}
}
