package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// brokers are the names of the pods of two brokers.
var brokers = []string{"kafka-0", "kafka-1"}

const (
	brokerStarted = `\[KafkaServer id=\d+\] started`
	brokerGaveUp  = `ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING`
)

// A broker in ZooKeeper mode gives its connection 18 seconds. While its proxy is not
// ready there is no network to have one over.
func TestBrokersOutlastALateProxy(t *testing.T) {
	claim := prove(t, start, "Brokers in ZooKeeper mode start although their proxy is late (classic sidecar)")
	claim.ran("Kafka " + kafkaOnZooKeeper)
	claim.half(t, without, "they exit with 1: `ZooKeeperClientTimeoutException … in state: CONNECTING`", func(t *testing.T, namespace string) {
		release := startBeforeProxy(t, namespace, false)
		for _, pod := range brokers {
			saying(t, namespace, pod, "kafka", brokerGaveUp)
			exited(t, namespace, pod, 1)
		}
		release()
		for _, pod := range brokers {
			meshed(t, namespace, pod)
			saying(t, namespace, pod, "kafka", brokerStarted)
			if restarts(t, namespace, pod) == 0 {
				t.Errorf("%s was not restarted", pod)
			}
		}
	})
	claim.half(t, with, "they start once the proxy is ready, without a restart", func(t *testing.T, namespace string) {
		startedAfter(t, namespace, startBeforeProxy(t, namespace, false)())
	})
}

// A native sidecar starts before the app by itself.
func TestBrokersWithANativeSidecarNeedNoHold(t *testing.T) {
	claim := prove(t, start, "The same with a native sidecar: nothing is needed, and nothing is done")
	claim.ran("Kafka " + kafkaOnZooKeeper)
	annotation := map[half]string{}
	for _, h := range []half{without, with} {
		claim.half(t, h, "they start once the proxy is ready, without a restart", func(t *testing.T, namespace string) {
			startedAfter(t, namespace, startBeforeProxy(t, namespace, true)())
			pod, err := getPod(t.Context(), namespace, brokers[0])
			if err != nil {
				t.Fatal(err)
			}
			annotation[h] = pod.Annotations["proxy.istio.io/config"]
		})
	}
	if annotation[with] == "" || len(annotation[with]) != len(annotation[without])+len(with)-len(without) {
		t.Errorf("the proxy's configuration is\n%s\nwhere it was\n%s", annotation[with], annotation[without])
	}
}

// startBeforeProxy starts a ZooKeeper, and brokers whose proxies are held back until
// release is called. It returns when the proxies run and redirect.
func startBeforeProxy(t *testing.T, namespace string, native bool) (release func() (released metav1.Time)) {
	t.Helper()
	release = holdBack(t, namespace)
	apply(t, namespace, "zookeeper.yaml", map[string]any{"Version": zooKeeperVersions(t)[0], "Replicas": 1})
	meshed(t, namespace, "zookeeper-0")
	saying(t, namespace, "zookeeper-0", "zookeeper", `binding to port`)
	apply(t, namespace, "kafka-on-zookeeper.yaml", map[string]any{"Version": kafkaOnZooKeeper, "Native": native, "Discovery": lateDiscovery})
	for _, pod := range brokers {
		begun(t, namespace, pod, proxy)
	}
	return release
}

// startedAfter waits until all brokers have started, and fails if one of them did not
// wait for its proxy, which was not ready before released.
func startedAfter(t *testing.T, namespace string, released metav1.Time) {
	t.Helper()
	for _, pod := range brokers {
		meshed(t, namespace, pod)
		saying(t, namespace, pod, "kafka", brokerStarted)
		p, err := getPod(t.Context(), namespace, pod)
		if err != nil {
			t.Fatal(err)
		}
		if started := status(p, "kafka").State.Running; started == nil || started.StartedAt.Before(&released) {
			t.Errorf("%s runs since %+v, and its proxy was held back until %s", pod, started, released)
		}
		if n := restarts(t, namespace, pod); n > 0 {
			t.Errorf("%s was restarted %d times", pod, n)
		}
	}
}

// begun waits until the kubelet says that it has started a container. In the pod's
// status that stands only when the container's hook has ended.
func begun(t *testing.T, namespace, pod, container string) {
	t.Helper()
	eventually(t, fmt.Sprintf("container %s of %s begins", container, pod), func(ctx context.Context) error {
		var events corev1.EventList
		if err := world.List(ctx, &events, client.InNamespace(namespace)); err != nil {
			return err
		}
		if !slices.ContainsFunc(events.Items, func(e corev1.Event) bool {
			return e.Reason == "Started" && e.InvolvedObject.Name == pod && strings.HasSuffix(e.InvolvedObject.FieldPath, "{"+container+"}")
		}) {
			return errors.New("it has not yet")
		}
		return nil
	})
}

// exited waits until a run of a pod's broker has ended with that code.
func exited(t *testing.T, namespace, pod string, code int32) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s exits with %d", pod, code), func(ctx context.Context) error {
		p, err := getPod(ctx, namespace, pod)
		if err != nil {
			return err
		}
		s := status(p, "kafka")
		for _, state := range []corev1.ContainerState{s.State, s.LastTerminationState} {
			if state.Terminated != nil && state.Terminated.ExitCode == code {
				return nil
			}
		}
		return fmt.Errorf("it is %+v", s.State)
	})
}
