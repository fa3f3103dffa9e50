package istio

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// injecting is a cluster in which Istio injects into every namespace.
type injecting struct{ surroundings.None }

func (injecting) Namespace(context.Context, string) (surroundings.Namespace, surroundings.Knowledge) {
	return surroundings.Namespace{Labels: map[string]string{"istio-injection": "enabled"}}, surroundings.Found
}

func (injecting) Delivery(context.Context) surroundings.Delivery { return surroundings.DeliveryPodIP }

// Object answers with a Service that has an address, whatever it is called.
func (injecting) Object(_ context.Context, kind surroundings.Kind, _, _ string) (surroundings.Object, surroundings.Knowledge) {
	if kind != surroundings.Service {
		return surroundings.Object{}, surroundings.Absent
	}
	return surroundings.Object{Root: document.NewMapping()}, surroundings.Found
}

// ours are settings with which every mutator has something to do.
func ours() settings.Settings {
	s := settings.Default()
	s.Images.Wait = "ghcr.io/sluice-dev/sluice:v1"
	return s
}

// sluice is our pass over a pod: the pod as it leaves, and what was said.
func sluice(t *testing.T, pod []byte) ([]byte, pipeline.Result) {
	t.Helper()
	root, err := document.ParseJSON(pod)
	if err != nil {
		t.Fatal(err)
	}
	result, err := pipeline.New(ours(), injecting{}).Review(t.Context(), pipeline.Request{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Operations) == 0 {
		return pod, result
	}
	return root.AppendJSON(nil), result
}

func inIstio(t *testing.T, i *Injector, pod []byte) []byte {
	t.Helper()
	patched, _, err := i.Inject(t.Context(), pod)
	if err != nil {
		t.Fatal(err)
	}
	return patched
}

// orders are the ways in which the two webhooks can meet a pod. Ours sorts first and
// is brought back after Istio's; where somebody installed it otherwise it is second.
var orders = []struct {
	name string
	pass func(t *testing.T, i *Injector, pod []byte) []byte
}{
	{"before and after Istio", func(t *testing.T, i *Injector, pod []byte) []byte {
		pod, _ = sluice(t, pod)
		pod, _ = sluice(t, inIstio(t, i, pod))
		return pod
	}},
	{"after Istio", func(t *testing.T, i *Injector, pod []byte) []byte {
		pod, _ = sluice(t, inIstio(t, i, pod))
		return pod
	}},
	{"before and after Istio, twice", func(t *testing.T, i *Injector, pod []byte) []byte {
		for range 2 {
			pod, _ = sluice(t, pod)
			pod = inIstio(t, i, pod)
		}
		pod, _ = sluice(t, pod)
		return pod
	}},
}

// meshes are the installations of Istio.
var meshes = []Options{{}, {Hold: true}, {Native: true}, {Native: true, Hold: true}}

func (o Options) String() string {
	kind, hold := "classic", "hold off"
	if o.Native {
		kind = "native"
	}
	if o.Hold {
		hold = "hold on"
	}
	return kind + ", " + hold
}

func eachOrder(t *testing.T, test func(t *testing.T, options Options, pass func(*testing.T, []byte) []byte)) {
	t.Helper()
	for _, options := range meshes {
		i := injector(t, options)
		for _, order := range orders {
			t.Run(fmt.Sprintf("%s/%s", options, order.name), func(t *testing.T) {
				test(t, options, func(t *testing.T, pod []byte) []byte {
					t.Helper()
					return order.pass(t, i, pod)
				})
			})
		}
	}
}

// servers are a broker and a quorum that need all that Sluice does.
var servers = map[string]string{
	"kafka": `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"kafka-0","namespace":"kafka"},"spec":{"containers":[
		{"name":"metrics","image":"registry.example.com/jmx-exporter:1"},{"name":"kafka","image":"apache/kafka:4.1.0"}]}}`,
	"zookeeper": `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"zookeeper-0","namespace":"kafka","annotations":{"proxy.istio.io/config":"concurrency: 2\n"}},"spec":{"containers":[
		{"name":"zookeeper","image":"bitnami/zookeeper:3.9.2","env":[{"name":"ZOO_LISTEN_ALLIPS_ENABLED","value":"no"}]}]}}`,
}

func TestInEveryOrderTheHoldIsEffectiveExactlyOnce(t *testing.T) {
	eachOrder(t, func(t *testing.T, options Options, pass func(*testing.T, []byte) []byte) {
		for name, manifest := range servers {
			t.Run(name, func(t *testing.T) {
				final := pass(t, []byte(manifest))
				pod := podOf(t, final)
				if options.Native {
					if count(pod.Spec.InitContainers, "istio-proxy") != 1 || count(pod.Spec.Containers, "istio-proxy") != 0 {
						t.Errorf("init containers %v, containers %v", names(pod.Spec.InitContainers), names(pod.Spec.Containers))
					}
				} else {
					first := pod.Spec.Containers[0]
					if first.Name != "istio-proxy" || !waits(first) || count(pod.Spec.Containers, "istio-proxy") != 1 {
						t.Errorf("the containers are %v, and %s waits: %t", names(pod.Spec.Containers), first.Name, waits(first))
					}
				}
				if config := pod.Annotations["proxy.istio.io/config"]; strings.Count(config, "holdApplicationUntilProxyStarts") > 1 {
					t.Errorf("proxy.istio.io/config: %s", config)
				}
				_, result := sluice(t, final)
				if rules := found(result.Verdict); slices.Contains(rules, "mesh/app-before-proxy") || slices.Contains(rules, "mesh/proxy-exits-before-broker") {
					t.Errorf("the rules find %v", rules)
				}
			})
		}
	})
}

// A pod keeps what its owner wrote, in whichever order the webhooks came.
func TestInEveryOrderTheApplicationIsStillRecognised(t *testing.T) {
	eachOrder(t, func(t *testing.T, _ Options, pass func(*testing.T, []byte) []byte) {
		for name, manifest := range servers {
			t.Run(name, func(t *testing.T) {
				before, after := processes(t, []byte(manifest)), processes(t, pass(t, []byte(manifest)))
				if len(before) != 1 || !slices.Equal(before, after) {
					t.Errorf("before: %v, after: %v", before, after)
				}
			})
		}
	})
}

func TestInEveryOrderOnceMoreChangesNothing(t *testing.T) {
	pods := fixtures(t)
	delete(pods, malformed)
	for name, manifest := range servers {
		pods[name] = []byte(manifest)
	}
	eachOrder(t, func(t *testing.T, _ Options, pass func(*testing.T, []byte) []byte) {
		for name, manifest := range pods {
			t.Run(name, func(t *testing.T) {
				final := pass(t, manifest)
				again, result := sluice(t, final)
				if len(result.Operations) > 0 || !bytes.Equal(again, final) {
					t.Errorf("once more changes %v", result.Operations)
				}
				if !result.Recognised {
					t.Error("the pod is no longer recognised")
				}
			})
		}
	})
}

// malformed is the fixture with an annotation that nobody can read.
const malformed = "proxy-settings-malformed/kafka"

// The one fixture that does not come through: Istio refuses it, with and without us,
// so that to repair it quietly is not for Sluice to do.
func TestIstioRefusesTheAnnotationThatSluiceReports(t *testing.T) {
	pod, ok := fixtures(t)[malformed]
	if !ok {
		t.Fatalf("there is no fixture %s", malformed)
	}
	after, result := sluice(t, pod)
	if !slices.ContainsFunc(result.Verdict.Skips, func(s verdict.Skip) bool { return s.Reason == verdict.HoldMalformed }) {
		t.Errorf("skips: %+v", result.Verdict.Skips)
	}
	i := injector(t, Options{})
	for _, pod := range [][]byte{pod, after} {
		if _, _, err := i.Inject(t.Context(), pod); err == nil || !strings.Contains(err.Error(), "proxy.istio.io/config") {
			t.Errorf("Istio says %v", err)
		}
	}
}

// fixtures are pods of the templates in all fixtures of the project that Sluice
// recognises.
func fixtures(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../fixtures/*/input.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	pods := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for doc, err := range document.Read(document.NewFile(file, data)) {
			if err != nil {
				t.Fatal(err)
			}
			for root := range workload.Objects(doc.Root) {
				recognised := workload.Recognise(t.Context(), root, "", surroundings.None{})
				if recognised == nil {
					continue
				}
				pod := podOf(t, recognised.Pod.AppendJSON(nil))
				pod.APIVersion, pod.Kind, pod.Name, pod.Namespace = "v1", "Pod", recognised.Object.Name, "kafka"
				text, err := json.Marshal(pod)
				if err != nil {
					t.Fatal(err)
				}
				pods[filepath.Base(filepath.Dir(file))+"/"+pod.Name] = text
			}
		}
	}
	if len(pods) < 30 {
		t.Fatalf("only %d pods", len(pods))
	}
	return pods
}

// processes describes what Sluice recognises in a pod.
func processes(t *testing.T, pod []byte) (list []string) {
	t.Helper()
	root, err := document.ParseJSON(pod)
	if err != nil {
		t.Fatal(err)
	}
	if recognised := workload.Recognise(t.Context(), root, "", surroundings.None{}); recognised != nil {
		for _, process := range recognised.Processes {
			list = append(list, fmt.Sprint(process.Name(), process.Role, process.Distribution.Name))
		}
	}
	return list
}

func count(containers []corev1.Container, name string) (n int) {
	for i := range containers {
		if containers[i].Name == name {
			n++
		}
	}
	return n
}

func found(v verdict.Verdict) (rules []string) {
	for _, finding := range v.Findings {
		rules = append(rules, finding.Rule)
	}
	return rules
}
