package apiserver

import (
	"context"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// impatient are values with which no pod is created unless the server answers in time.
func impatient() map[string]any {
	return map[string]any{"webhooks": map[string]any{"failurePolicy": "Fail", "timeoutSeconds": 10}}
}

// A review asks the API server as little as possible, and waits for nothing that it asks.
func TestAnAPIServerThatHangsHoldsUpNoReview(t *testing.T) {
	i, l := installChart(t, impatient()), newLine(t)
	s := i.start(t, "--kubeconfig", l.kubeconfig(t, i.user(t)))
	namespace := i.namespaceOf(t, nil)
	l.hold()
	// The API server itself is well; it is the server that cannot reach it.
	young := newNamespace(t, map[string]string{"istio-injection": "enabled", stage: i.namespace}, nil)
	configured := zookeeperPod(namespace, "configured")
	configured.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "zookeeper"}}}}
	for _, test := range []struct {
		name string
		pod  *corev1.Pod
		want string
	}{
		{"a namespace that is known", zookeeperPod(namespace, "known"), "quorum-listen/flipped"},
		{"a ConfigMap that cannot be read", configured, "quorum-listen/"},
		{"a namespace that nobody has heard of", zookeeperPod(young, "young"), "/"},
	} {
		if err := plane.client.Create(t.Context(), test.pod, client.DryRunAll); err != nil {
			t.Errorf("%s: no answer: %v", test.name, err)
		} else if summary := test.pod.Annotations["sluice.dev/summary"]; !strings.Contains(summary, test.want) {
			t.Errorf("%s: the summary is %q", test.name, summary)
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, body, err := s.get(t.Context(), s.health, path); err != nil || status != http.StatusOK {
			t.Errorf("%s: status %d, %v: %s", path, status, err, body)
		}
	}
	l.release()
	eventually(t, "a review that knows the young namespace", func(ctx context.Context) error {
		return plane.client.Create(ctx, zookeeperPod(young, "old"), client.DryRunAll)
	})
	l.hold()
	s.stop()
	if ended := s.wait(t); ended.code != 0 {
		t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
	}
}

// A server that reaches nobody does not wait for ever: it says so and ends, and the
// kubelet starts it again.
func TestAServerThatNeverReachesTheAPIServerEnds(t *testing.T) {
	i, l := installChart(t, map[string]any{}), newLine(t)
	kubeconfig := l.kubeconfig(t, i.user(t))
	l.hold()
	s := i.launch(t, "--kubeconfig", kubeconfig)
	if ended := s.wait(t); ended.code != 2 || !strings.Contains(ended.stderr, l.address) {
		t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
	}
	l.release()
	i.start(t, "--kubeconfig", kubeconfig)
	patched(t, i.namespaceOf(t, nil))
}
