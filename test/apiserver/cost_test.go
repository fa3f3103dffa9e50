package apiserver

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/webhook"
)

// evaluationErrors is the API server's metric of match conditions that could not be
// evaluated, for one because they cost more than they may. The webhook is then
// skipped, and nobody is told.
const evaluationErrors = "apiserver_admission_match_condition_evaluation_errors_total"

// The API server gives each evaluation of match conditions a budget, and etcd bounds
// an object to 1.5 MiB. A Kafka pod reaches us although what stands in front of the
// broker is as large as pods get.
func TestTheLargestKafkaPodsReachTheServer(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	variables := make([]corev1.EnvVar, 1000)
	for i := range variables {
		variables[i] = corev1.EnvVar{Name: fmt.Sprintf("KAFKA_SETTING_NUMBER_%04d", i), Value: strings.Repeat("v", 20)}
	}
	words := make([]string, 80_000)
	for i := range words {
		words[i] = fmt.Sprintf("--setting-%05d", i)
	}
	script := strings.Repeat("echo 'a line of the script'\n", 50_000)
	broker := corev1.Container{Name: "kafka", Image: "apache/kafka:4.1.0"}
	for _, test := range []struct {
		name       string
		containers []corev1.Container
	}{
		{"1,000 variables in each of 16 containers", repeated(16, corev1.Container{Image: "sidecar:1", Env: variables})},
		{"300 containers", repeated(300, corev1.Container{Image: "registry.example.com/a/rather/long/path/to/a/sidecar:1.2.3", Command: []string{"/bin/sidecar", "--verbose"}})},
		{"80,000 arguments", repeated(1, corev1.Container{Image: "sidecar:1", Args: words})},
		{"a script of 1.3 MiB", repeated(1, corev1.Container{Image: "sidecar:1", Command: []string{"sh", "-c", script}})},
	} {
		t.Run(test.name, func(t *testing.T) {
			g.forget()
			before := metric(t, evaluationErrors)
			pod := &corev1.Pod{
				ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "kafka-"},
				Spec:       corev1.PodSpec{Containers: append(test.containers, broker)},
			}
			if err := plane.client.Create(t.Context(), pod); err != nil {
				t.Fatal(err)
			}
			// An object that is too large for etcd is stored without its managedFields, in
			// a second attempt, which is validated too.
			if mutated, judged := len(g.seen(webhook.MutatePath)), len(g.seen(webhook.ValidatePath)); mutated != 1 || judged < 1 {
				t.Errorf("%d reviews of /mutate and %d of /validate", mutated, judged)
			}
			if pod.Annotations[proxyConfig] == "" {
				t.Error("the pod is not patched")
			}
			t.Logf("the pod has %d KiB", pod.Size()/1024)
			if err := plane.client.Delete(t.Context(), pod, client.GracePeriodSeconds(0)); err != nil {
				t.Error(err)
			}

			set := statefulSet(namespace, corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "kafka"}}, Spec: pod.Spec})
			g.forget()
			if err := plane.client.Create(t.Context(), set, client.DryRunAll); err != nil {
				t.Fatal(err)
			}
			if len(g.seen(webhook.ValidatePath)) != 1 {
				t.Error("its template was not judged")
			}
			if after := metric(t, evaluationErrors); after != before {
				t.Errorf("the API server could not evaluate the match conditions:\n%s", after)
			}
		})
	}
}

// repeated returns so many containers, each with a name of its own.
func repeated(count int, container corev1.Container) []corev1.Container {
	all := make([]corev1.Container, count)
	for i := range all {
		all[i] = container
		all[i].Name = fmt.Sprintf("sidecar-%d", i)
	}
	return all
}

// metric returns the lines of one of the API server's metrics.
func metric(t *testing.T, name string) string {
	t.Helper()
	set, err := kubernetes.NewForConfig(plane.config)
	if err != nil {
		t.Fatal(err)
	}
	text, err := set.RESTClient().Get().AbsPath("/metrics").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, name) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
