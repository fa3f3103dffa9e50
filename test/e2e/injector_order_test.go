package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Sluice sets what Istio's injector reads, so it has to come first; and it is asked
// again about what Istio made of it.
func TestIstiosInjectorRunsBetweenTwoPassesOfSluice(t *testing.T) {
	claim := prove(t, injector, "Sluice passes a pod before Istio's injector and again after it")
	claim.ran("Kafka " + kafkaNewest)
	claim.half(t, without, "the proxy is the last container, and nothing waits for it", func(t *testing.T, namespace string) {
		pod := startBroker(t, brokerPod(namespace))
		if first := pod.Spec.Containers[0]; first.Name == proxy || waits(pod) {
			t.Errorf("the containers are %v, and they wait: %t", names(pod), waits(pod))
		}
	})
	claim.half(t, with, "the proxy is the first container and holds back the next one; the second pass has nothing left to do", func(t *testing.T, namespace string) {
		pod := startBroker(t, brokerPod(namespace))
		held(t, pod)
		if passes := passes(t, namespace); !slices.Equal(passes, []string{"patched", "unchanged"}) {
			t.Errorf("Sluice's passes were %v", passes)
		}
	})
}

// A pod may carry its proxy before any webhook sees it: that is how istioctl
// kube-inject works.
func TestAPodThatCarriesItsSidecarIsOrdered(t *testing.T) {
	claim := prove(t, injector, "A pod that was injected by hand, with its proxy in the manifest, starts in order too")
	claim.ran("Kafka " + kafkaNewest)
	carrying := func(t *testing.T, namespace string) *corev1.Pod {
		pod := brokerPod(newNamespace(t, without))
		if err := world.Create(t.Context(), pod, client.DryRunAll); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(names(pod), proxy) {
			t.Fatalf("Istio has not injected its proxy: %v", names(pod))
		}
		pod.ObjectMeta = metav1.ObjectMeta{Namespace: namespace, Name: pod.Name, Labels: pod.Labels, Annotations: pod.Annotations}
		pod.Labels["sidecar.istio.io/inject"] = "false"
		return startBroker(t, pod)
	}
	claim.half(t, without, "the proxy is the last container, and nothing waits for it", func(t *testing.T, namespace string) {
		if pod := carrying(t, namespace); pod.Spec.Containers[0].Name == proxy || waits(pod) {
			t.Errorf("the containers are %v, and they wait: %t", names(pod), waits(pod))
		}
	})
	claim.half(t, with, "the proxy is the first container, and holds back the next one", func(t *testing.T, namespace string) {
		held(t, carrying(t, namespace))
	})
}

// brokerPod is a broker with a classic sidecar to come.
func brokerPod(namespace string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: "kafka", Labels: map[string]string{"app": "kafka"},
			Annotations: map[string]string{"sidecar.istio.io/nativeSidecar": "false"},
		},
		Spec: corev1.PodSpec{
			Containers:                    []corev1.Container{{Name: "kafka", Image: "apache/kafka:" + kafkaNewest}},
			TerminationGracePeriodSeconds: new(int64(5)),
		},
	}
}

// startBroker creates the pod and returns it as it was admitted, once its broker has
// started in the mesh without a restart.
func startBroker(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	create(t, pod)
	meshed(t, pod.Namespace, pod.Name)
	saying(t, pod.Namespace, pod.Name, "kafka", kraftStarted)
	return pod
}

// held fails unless the proxy is there once, comes first, makes the next container
// wait, and leaves last.
func held(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	if !slices.Equal(names(pod), []string{proxy, "kafka"}) || !waits(pod) {
		t.Errorf("the containers are %v, and they wait: %t", names(pod), waits(pod))
	}
	if n := restarts(t, pod.Namespace, pod.Name); n > 0 {
		t.Errorf("the pod's containers were restarted %d times", n)
	}
	var lingers []string
	for _, variable := range pod.Spec.Containers[0].Env {
		if variable.Name == "EXIT_ON_ZERO_ACTIVE_CONNECTIONS" {
			lingers = append(lingers, variable.Value)
		}
	}
	if !slices.Equal(lingers, []string{"true"}) {
		t.Errorf("EXIT_ON_ZERO_ACTIVE_CONNECTIONS is %q", lingers)
	}
}

func names(pod *corev1.Pod) []string {
	var all []string
	for i := range pod.Spec.Containers {
		all = append(all, pod.Spec.Containers[i].Name)
	}
	return all
}

// waits reports whether the proxy has the hook that keeps the kubelet from starting
// the next container.
func waits(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Spec.Containers, func(c corev1.Container) bool {
		return c.Name == proxy && c.Lifecycle != nil && c.Lifecycle.PostStart != nil && c.Lifecycle.PostStart.Exec != nil &&
			slices.Contains(c.Lifecycle.PostStart.Exec.Command, "wait")
	})
}

// passes are the outcomes of Sluice's mutating reviews in a namespace, by its own log.
func passes(t *testing.T, namespace string) []string {
	t.Helper()
	var outcomes []string
	eventually(t, "Sluice's log of "+namespace, func(ctx context.Context) error {
		text, err := sluiceLog(ctx)
		if err != nil {
			return err
		}
		outcomes = outcomes[:0]
		for line := range strings.Lines(text) {
			if strings.Contains(line, `"path":"/mutate"`) && strings.Contains(line, `"namespace":"`+namespace+`"`) {
				_, rest, _ := strings.Cut(line, `"outcome":"`)
				outcome, _, _ := strings.Cut(rest, `"`)
				outcomes = append(outcomes, outcome)
			}
		}
		if len(outcomes) < 2 {
			return fmt.Errorf("it tells of %v", outcomes)
		}
		return nil
	})
	return outcomes
}
