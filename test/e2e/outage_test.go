package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Sluice may be gone, or worse, take calls and not answer. Either way pods are
// created, and only those that concern it have to do with it at all.
func TestPodsAreCreatedWhileSluiceIsAway(t *testing.T) {
	claim := prove(t, outage, "Pods are created while Sluice is gone or hangs; other pods do not even ask it")
	away := map[string]func(*testing.T, string){"gone": stopSluice, "hanging": hangSluice}
	for name, take := range away {
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t, with)
			take(t, namespace)
			before := failedOpen(t)
			for range 20 {
				dryCreate(t, otherPod(namespace))
			}
			if after := failedOpen(t); after != before {
				t.Errorf("%v calls failed for pods that are none of Sluice's business", after-before)
			}
			pod := zooKeeperPod(namespace)
			warned.take()
			create(t, pod)
			if touched(pod) {
				t.Error("somebody answered in Sluice's place")
			}
			if said := strings.Join(warned.take(), "\n"); !strings.Contains(said, "Sluice") {
				t.Errorf("nobody warns that the pod slipped by: %q", said)
			}
			if failedOpen(t) == before {
				t.Error("the API server has not noticed that Sluice is away")
			}
		})
	}
	if t.Failed() {
		return
	}
	claim.saw(without, "Kafka and ZooKeeper pods are created as they are, with a warning; 20 other pods caused no call")
	t.Run("back", func(t *testing.T) {
		namespace := newNamespace(t, with)
		eventually(t, "patched pods", func(ctx context.Context) error {
			pod := zooKeeperPod(namespace)
			if err := world.Create(ctx, pod, client.DryRunAll); err != nil {
				return err
			}
			if !touched(pod) {
				return errors.New("pods are not patched")
			}
			return nil
		})
	})
	if !t.Failed() {
		claim.saw(with, "once Sluice is back, new pods are patched again")
	}
}

func otherPod(namespace string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "other-"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "registry.example.com/web:1"}}},
	}
}

func dryCreate(t *testing.T, object client.Object) {
	t.Helper()
	if err := world.Create(t.Context(), object, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
}

// stopSluice takes Sluice's only replica away for the time of the test.
func stopSluice(t *testing.T, _ string) {
	t.Helper()
	scale(t, 0)
	t.Cleanup(func() { scale(t, 1) })
}

func scale(t *testing.T, replicas int32) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: sluiceNamespace, Name: sluiceName}}
	patch := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas))
	if err := world.Patch(ctx, deployment, patch); err != nil {
		t.Fatal(err)
	}
	for ctx.Err() == nil {
		var pods corev1.PodList
		if err := world.List(ctx, &pods, client.InNamespace(sluiceNamespace)); err != nil {
			t.Fatal(err)
		}
		there, ready := 0, 0
		for i := range pods.Items {
			pod := &pods.Items[i]
			if pod.Spec.Containers[0].Name != sluiceName {
				continue
			}
			there++
			if status(pod, sluiceName).Ready && pod.DeletionTimestamp == nil {
				ready++
			}
		}
		if there == int(replicas) && ready == there {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("Sluice does not have %d replicas", replicas)
}

// hangSluice leads the API server to somebody who takes connections and says nothing.
func hangSluice(t *testing.T, namespace string) {
	t.Helper()
	silent := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: sluiceNamespace, Name: "silent", Labels: map[string]string{"app": "silent"}},
		Spec: corev1.PodSpec{
			TerminationGracePeriodSeconds: new(int64(1)),
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: new(true), RunAsUser: new(int64(1000)), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "silent", Image: "apache/kafka:" + kafkaNewest,
				Command: []string{"sh", "-c", fmt.Sprintf("tail -f /dev/null | nc -lk -p %d", webhookPort)},
				Ports:   []corev1.ContainerPort{{Name: "webhook", ContainerPort: webhookPort}},
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
		},
	}
	create(t, silent)
	running(t, sluiceNamespace, silent.Name, "silent")
	service := &corev1.Service{}
	if err := world.Get(t.Context(), client.ObjectKey{Namespace: sluiceNamespace, Name: sluiceName}, service); err != nil {
		t.Fatal(err)
	}
	before := service.Spec.Selector
	service.Spec.Selector = silent.Labels
	if err := world.Update(t.Context(), service); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		service.Spec.Selector = before
		if err := errors.Join(world.Update(ctx, service), world.Delete(ctx, silent)); err != nil {
			t.Errorf("Sluice is cut off: %v", err)
		}
	})
	// The API server keeps its connections, and Sluice would still answer on those.
	stopSluice(t, namespace)
	eventually(t, "calls that nobody answers", func(ctx context.Context) error {
		pod := zooKeeperPod(namespace)
		if err := world.Create(ctx, pod, client.DryRunAll); err != nil {
			return err
		}
		if touched(pod) {
			return errors.New("they are still answered")
		}
		return nil
	})
}

// failedOpen is how many calls to Sluice's mutating webhook have failed so far and
// were passed over, by the API server's count.
func failedOpen(t *testing.T) float64 {
	t.Helper()
	text, err := world.clientset.RESTClient().Get().AbsPath("/metrics").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, metric := range families["apiserver_admission_webhook_fail_open_count"].GetMetric() {
		for _, label := range metric.GetLabel() {
			if label.GetName() == "name" && label.GetValue() == "pods.sluice.dev" {
				sum += metric.GetCounter().GetValue()
			}
		}
	}
	return sum
}
