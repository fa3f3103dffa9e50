package e2e

import (
	"regexp"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	kraftStarted = `Kafka Server started`
	killed       = 137 // 128 + SIGKILL
	terminated   = 143 // 128 + SIGTERM: how a JVM ends that was told to
)

// kraftEnded is the last thing that a broker says which has ended by itself.
var kraftEnded = regexp.MustCompile(`\[BrokerServer id=\d+\] shut down completed`)

// A broker asks the controller to take its partitions before it leaves. If its proxy
// has left, it asks nobody, for longer than any grace period lasts. A broker that has
// nothing to hand over is quicker than its proxy, and comes away with it.
func TestRollingRestartIsControlled(t *testing.T) {
	claim := prove(t, shutdown, "A rolling restart of KRaft brokers that take longer than their proxy's five seconds is a row of controlled shutdowns (classic sidecar)")
	claim.ran("Kafka " + kafkaNewest)
	claim.half(t, without, "each broker waits for a controller that it cannot reach, until the grace period ends in SIGKILL (exit code 137)",
		func(t *testing.T, namespace string) {
			for pod, end := range rollingRestart(t, namespace, false) {
				if end.code != killed || end.controlled() {
					t.Errorf("%s ended with %d, controlled %t:\n%s", pod, end.code, end.controlled(), tail(end.log, 30))
				}
			}
		})
	claim.half(t, with, "each broker hands over and ends by itself (exit code 143)", func(t *testing.T, namespace string) {
		for pod, end := range rollingRestart(t, namespace, false) {
			if end.code != terminated || !end.controlled() {
				t.Errorf("%s ended with %d, controlled %t:\n%s", pod, end.code, end.controlled(), tail(end.log, 30))
			}
		}
	})
}

// An end is how a container ended.
type end struct {
	code int32
	log  string
}

func (e end) controlled() bool { return kraftEnded.MatchString(e.log) }

// rollingRestart restarts two brokers in the mesh one after the other, and returns
// how each ended.
func rollingRestart(t *testing.T, namespace string, native bool) map[string]end {
	t.Helper()
	apply(t, namespace, "kafka-kraft.yaml", map[string]any{"Version": kafkaNewest, "Native": native})
	logs := map[string]*transcript{}
	for _, pod := range brokers {
		meshed(t, namespace, pod)
		saying(t, namespace, pod, "kafka", kraftStarted)
		logs[pod] = follow(t, namespace, pod, "kafka")
	}
	codes := watchEnds(t, namespace, "kafka")
	var set appsv1.StatefulSet
	if err := world.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "kafka"}, &set); err != nil {
		t.Fatal(err)
	}
	// What kubectl rollout restart does.
	restarted := set.DeepCopy()
	restarted.Spec.Template.Annotations["kubectl.kubernetes.io/restartedAt"] = time.Now().UTC().Format(time.RFC3339)
	if err := world.Patch(t.Context(), restarted, client.MergeFrom(&set)); err != nil {
		t.Fatal(err)
	}
	ends := map[string]end{}
	for range brokers {
		select {
		case ended := <-codes:
			<-logs[ended.pod].ended
			ends[ended.pod] = end{ended.code, logs[ended.pod].String()}
		case <-time.After(patience):
			t.Fatalf("of the brokers only %d have ended", len(ends))
		}
	}
	return ends
}

type ended struct {
	pod  string
	code int32
}

// watchEnds tells how the container of that name ends in each pod that is there now.
// The last word on that goes away with the pod.
func watchEnds(t *testing.T, namespace, container string) <-chan ended {
	t.Helper()
	pods := world.clientset.CoreV1().Pods(namespace)
	list, err := pods.List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	open := map[types.UID]bool{}
	for i := range list.Items {
		open[list.Items[i].UID] = true
	}
	watcher, err := pods.Watch(t.Context(), metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watcher.Stop)
	ends := make(chan ended, len(list.Items))
	go func() {
		for event := range watcher.ResultChan() {
			pod, ok := event.Object.(*corev1.Pod)
			if !ok || !open[pod.UID] {
				continue
			}
			if last := status(pod, container).State.Terminated; last != nil {
				ends <- ended{pod.Name, last.ExitCode}
				delete(open, pod.UID)
			} else if event.Type == watch.Deleted {
				ends <- ended{pod.Name, -1}
				delete(open, pod.UID)
			}
		}
	}()
	return ends
}
