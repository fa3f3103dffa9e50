package istio

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// A broker that waits for its ZooKeeper, in a pod with everything that could get into
// the way: a container in front, an init container of its own.
const waiting = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"kafka-0","namespace":"kafka"},"spec":{
	"initContainers":[{"name":"prepare","image":"busybox"}],
	"containers":[
		{"name":"metrics","image":"registry.example.com/jmx-exporter:1"},
		{"name":"kafka","image":"bitnami/kafka:3.4.0","env":[{"name":"KAFKA_CFG_ZOOKEEPER_CONNECT","value":"zookeeper:2181"}]}]}}`

// The pod of a Job that runs a broker for a test.
const waitingJob = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"kafka-test","namespace":"kafka"},"spec":{"restartPolicy":"Never",
	"containers":[{"name":"kafka","image":"bitnami/kafka:3.4.0","env":[{"name":"KAFKA_CFG_ZOOKEEPER_CONNECT","value":"zookeeper:2181"}]}]}}`

func TestInEveryOrderWhatWaitsIsBehindTheProxyAndInFrontOfAllElse(t *testing.T) {
	eachOrder(t, func(t *testing.T, options Options, pass func(*testing.T, []byte) []byte) {
		pod := podOf(t, pass(t, []byte(waiting)))
		containers, inits := []string{"metrics", "kafka"}, []string{"istio-init", "istio-proxy", "sluice-wait", "prepare"}
		if !options.Native {
			// Istio's redirection begins with the last init container: those before it are
			// not in the mesh, so that a wait among them would ask without it.
			containers, inits = []string{"istio-proxy", "sluice-gate", "metrics", "kafka"}, []string{"prepare", "istio-init"}
			gate := pod.Spec.Containers[1]
			if hook := gate.Lifecycle.PostStart.Exec.Command; !slices.Equal(hook, []string{"/sluice-wait", "hook", "--timeout=3m0s"}) {
				t.Errorf("the gate's hook is %v", hook)
			}
			if probe := gate.StartupProbe; probe == nil || probe.Exec == nil || !slices.Equal(probe.Exec.Command, []string{"/sluice-wait", "probe"}) {
				t.Errorf("the gate's probe is %+v", probe)
			}
			if first := pod.Spec.Containers[0]; !waits(first) {
				t.Errorf("the proxy does not hold back the gate: %+v", first.Lifecycle)
			}
			if name := pod.Annotations["kubectl.kubernetes.io/default-container"]; name != "metrics" && name != "kafka" {
				t.Errorf("kubectl means the container %q", name)
			}
		}
		if got := names(pod.Spec.Containers); !slices.Equal(got, containers) {
			t.Errorf("containers: %v", got)
		}
		if got := names(pod.Spec.InitContainers); !slices.Equal(got, inits) {
			t.Errorf("init containers: %v", got)
		}
	})
}

func TestAJobWaitsOnlyBehindANativeSidecar(t *testing.T) {
	eachOrder(t, func(t *testing.T, options Options, pass func(*testing.T, []byte) []byte) {
		pod := podOf(t, pass(t, []byte(waitingJob)))
		if n := count(pod.Spec.Containers, "sluice-gate"); n != 0 {
			t.Errorf("%d gates, and the Job never ends", n)
		}
		want := 0
		if options.Native {
			want = 1
		}
		if n := count(pod.Spec.InitContainers, "sluice-wait"); n != want {
			t.Errorf("%d init containers wait, want %d", n, want)
		}
		for _, container := range pod.Spec.InitContainers {
			if container.Name == "sluice-wait" && container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways {
				t.Error("what waits never ends")
			}
		}
	})
}
