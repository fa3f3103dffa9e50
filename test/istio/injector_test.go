package istio

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

const (
	kafka     = `{"kind":"Pod","metadata":{"name":"kafka-0"},"spec":{"containers":[{"name":"kafka"}]}}`
	kafkaHold = `{"kind":"Pod","metadata":{"annotations":{"proxy.istio.io/config":"{\"holdApplicationUntilProxyStarts\": true}"}},"spec":{"containers":[{"name":"kafka"}]}}`
	kafkaOut  = `{"kind":"Pod","metadata":{"labels":{"sidecar.istio.io/inject":"false"}},"spec":{"containers":[{"name":"kafka"}]}}`
)

func TestInject(t *testing.T) {
	for _, test := range []struct {
		name           string
		options        Options
		pod            string
		containers     []string
		initContainers []string
		waits          bool
	}{
		{"classic", Options{}, kafka, []string{"kafka", "istio-proxy"}, []string{"istio-init"}, false},
		{"classic, held by the mesh", Options{Hold: true}, kafka, []string{"istio-proxy", "kafka"}, []string{"istio-init"}, true},
		{"classic, held by the pod", Options{}, kafkaHold, []string{"istio-proxy", "kafka"}, []string{"istio-init"}, true},
		{"native", Options{Native: true}, kafka, []string{"kafka"}, []string{"istio-init", "istio-proxy"}, false},
		{"native, held by the mesh", Options{Native: true, Hold: true}, kafka, []string{"kafka"}, []string{"istio-init", "istio-proxy"}, false},
		{"out of the mesh", Options{}, kafkaOut, []string{"kafka"}, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			patched, patch, err := injector(t, test.options).Inject(t.Context(), []byte(test.pod))
			if err != nil {
				t.Fatal(err)
			}
			if out := test.initContainers == nil; out != (patch == nil) {
				t.Errorf("patch: %s", patch)
			}
			pod := podOf(t, patched)
			if got := names(pod.Spec.Containers); !slices.Equal(got, test.containers) {
				t.Errorf("containers: %v", got)
			}
			if got := names(pod.Spec.InitContainers); !slices.Equal(got, test.initContainers) {
				t.Errorf("initContainers: %v", got)
			}
			for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
				if c.Name != "istio-proxy" {
					continue
				}
				if got := c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways; got != test.options.Native {
					t.Errorf("restarts as an init container: %t", got)
				}
				if got := waits(c); got != test.waits {
					t.Errorf("waits for the proxy: %t", got)
				}
			}
		})
	}
}

func TestInjectReview(t *testing.T) {
	review, err := reviewOf([]byte(kafka))
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := json.Marshal(review)
	if err != nil {
		t.Fatal(err)
	}
	i := injector(t, Options{})
	alone, _, err := i.Inject(t.Context(), []byte(kafka))
	if err != nil {
		t.Fatal(err)
	}
	reviewed, _, err := i.Inject(t.Context(), wrapped)
	if err != nil {
		t.Fatal(err)
	}
	// The order of Istio's operations, and so that of the fields, is not fixed.
	if got, want := podOf(t, reviewed), podOf(t, alone); !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", reviewed, alone)
	}
}

func TestInjectRefuses(t *testing.T) {
	i := injector(t, Options{})
	for _, object := range []string{
		`no JSON`,
		`{"metadata":{"annotations":{"traffic.sidecar.istio.io/includeInboundPorts":"kafka"}},"spec":{"containers":[{"name":"kafka"}]}}`,
	} {
		if _, _, err := i.Inject(t.Context(), []byte(object)); err == nil {
			t.Errorf("no error for %s", object)
		}
	}
}

// BenchmarkInjector is Istio's part of the admission of one pod, without the
// network: the review that the benchmarks of Sluice read too.
func BenchmarkInjector(b *testing.B) {
	body, err := os.ReadFile("../bench/testdata/review.json")
	if err != nil {
		b.Fatal(err)
	}
	i := injector(b, Options{})
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/inject", bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		if i.ServeHTTP(recorder, request); recorder.Code != http.StatusOK {
			b.Fatal(recorder.Body)
		}
	}
}

func injector(tb testing.TB, options Options) *Injector {
	tb.Helper()
	i, err := New(options)
	if err != nil {
		tb.Fatal(err)
	}
	return i
}

func podOf(t *testing.T, object []byte) (pod corev1.Pod) {
	t.Helper()
	if err := json.Unmarshal(object, &pod); err != nil {
		t.Fatal(err)
	}
	return pod
}

func names(containers []corev1.Container) (names []string) {
	for _, c := range containers {
		names = append(names, c.Name)
	}
	return names
}

func waits(c corev1.Container) bool {
	if c.Lifecycle == nil || c.Lifecycle.PostStart == nil || c.Lifecycle.PostStart.Exec == nil {
		return false
	}
	return slices.Equal(c.Lifecycle.PostStart.Exec.Command, []string{"pilot-agent", "wait"})
}
