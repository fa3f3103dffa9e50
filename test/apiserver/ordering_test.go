package apiserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"gomodules.xyz/jsonpatch/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/settings"
)

// restricted satisfies the pod security standard of that name.
func restricted() *corev1.SecurityContext {
	return &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false), RunAsNonRoot: new(true),
		Capabilities:   &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
}

func amount(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
}

// proxyOf is istio-proxy, whose place tells a native sidecar from a classic one.
func proxyOf() corev1.Container {
	return corev1.Container{
		Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.1", SecurityContext: restricted(),
		Resources: corev1.ResourceRequirements{Requests: amount("100m", "128Mi"), Limits: amount("2", "1Gi")},
	}
}

// waitingNamespace is a namespace in which pods wait, with sidecars of one kind.
func waitingNamespace(t *testing.T, native bool) string {
	t.Helper()
	namespace := newNamespace(t, inMesh, nil)
	s := settings.Default()
	s.Images.Wait = "ghcr.io/sluice-dev/sluice:v1"
	newGate(t, namespace, s)
	if native {
		carries := func(pod *corev1.Pod) bool {
			return slices.ContainsFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == "istio-proxy" })
		}
		afterUs(t, namespace, carries, func(*corev1.Pod) jsonpatch.Operation {
			proxy := proxyOf()
			proxy.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
			return jsonpatch.NewOperation("add", "/spec/initContainers", []corev1.Container{proxy})
		})
	} else {
		afterUs(t, namespace, carriesProxy, func(*corev1.Pod) jsonpatch.Operation {
			return jsonpatch.NewOperation("add", "/spec/containers/-", proxyOf())
		})
	}
	zookeeper := &corev1.Service{ObjectMeta: named(namespace, "zookeeper"), Spec: corev1.ServiceSpec{
		Selector: map[string]string{"app": "zookeeper"}, Ports: []corev1.ServicePort{{Port: 2181}},
	}}
	if err := plane.client.Create(t.Context(), zookeeper); err != nil {
		t.Fatal(err)
	}
	return namespace
}

// waitingBroker waits for ZooKeeper.
func waitingBroker(namespace string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: named(namespace, "kafka-0"), Spec: corev1.PodSpec{Containers: []corev1.Container{{
		Name: "kafka", Image: "docker.io/bitnami/kafka:3.4.0", SecurityContext: restricted(),
		Env:       []corev1.EnvVar{{Name: "KAFKA_CFG_ZOOKEEPER_CONNECT", Value: "zookeeper:2181"}},
		Resources: corev1.ResourceRequirements{Requests: amount("1", "1Gi"), Limits: amount("1", "1Gi")},
	}}}}
}

// waiter returns the container that waits.
func waiter(t *testing.T, pod *corev1.Pod, native bool) *corev1.Container {
	t.Helper()
	list, name := pod.Spec.Containers, "sluice-gate"
	if native {
		list, name = pod.Spec.InitContainers, "sluice-wait"
	}
	at := slices.IndexFunc(list, func(c corev1.Container) bool { return c.Name == name })
	if at != 1 {
		t.Fatalf("%s is at %d", name, at)
	}
	return &list[at]
}

func eachSidecar(t *testing.T, test func(t *testing.T, native bool)) {
	t.Helper()
	for _, native := range []bool{true, false} {
		t.Run(fmt.Sprintf("native %t", native), func(t *testing.T) { test(t, native) })
	}
}

// enforce demands the pod security standard of a namespace from now on.
func enforce(t *testing.T, namespace string) {
	t.Helper()
	var object corev1.Namespace
	if err := plane.client.Get(t.Context(), client.ObjectKey{Name: namespace}, &object); err != nil {
		t.Fatal(err)
	}
	object.Labels["pod-security.kubernetes.io/enforce"] = "restricted"
	if err := plane.client.Update(t.Context(), &object); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the standard", func(ctx context.Context) error {
		loose := &corev1.Pod{ObjectMeta: named(namespace, "loose"), Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "nginx"}}}}
		if err := plane.client.Create(ctx, loose, client.DryRunAll); err == nil {
			return errors.New("a loose pod is let in")
		}
		return nil
	})
}

func TestWhatWaitsIsRestricted(t *testing.T) {
	eachSidecar(t, func(t *testing.T, native bool) {
		namespace := waitingNamespace(t, native)
		enforce(t, namespace)
		pod := waitingBroker(namespace)
		if err := plane.client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
		security := waiter(t, pod, native).SecurityContext
		if security.ReadOnlyRootFilesystem == nil || !*security.ReadOnlyRootFilesystem || security.RunAsUser != nil {
			t.Errorf("%+v", security)
		}
		stable(t, pod)
	})
}

// The limits of a namespace would refuse what waits, were they not looked at.
func TestWhatWaitsFitsTheLimitsOfItsNamespace(t *testing.T) {
	eachSidecar(t, func(t *testing.T, native bool) {
		namespace := waitingNamespace(t, native)
		ranges := &corev1.LimitRange{ObjectMeta: named(namespace, "limits"), Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
			Type: corev1.LimitTypeContainer,
			Min:  amount("50m", "96Mi"), Max: amount("4", "2Gi"),
			MaxLimitRequestRatio: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("8")},
		}}}}
		if err := plane.client.Create(t.Context(), ranges); err != nil {
			t.Fatal(err)
		}
		eventually(t, "a pod that fits", func(ctx context.Context) error {
			return plane.client.Create(ctx, waitingBroker(namespace), client.DryRunAll)
		})
		pod := waitingBroker(namespace)
		if err := plane.client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
		got := waiter(t, pod, native).Resources
		if cpu := got.Requests.Cpu().String(); cpu != "50m" {
			t.Errorf("it requests %s of a CPU", cpu)
		}
		if request, limit := got.Requests.Memory().String(), got.Limits.Memory().String(); request != "96Mi" || limit != "96Mi" {
			t.Errorf("it requests %s of memory, at most %s", request, limit)
		}
	})
}

// A quota refuses pods with containers that do not say what they take.
func TestWhatWaitsCountsAgainstAQuota(t *testing.T) {
	eachSidecar(t, func(t *testing.T, native bool) {
		namespace := waitingNamespace(t, native)
		quota := &corev1.ResourceQuota{ObjectMeta: named(namespace, "quota"), Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{
			corev1.ResourceRequestsCPU: resource.MustParse("10"), corev1.ResourceRequestsMemory: resource.MustParse("10Gi"),
			corev1.ResourceLimitsCPU: resource.MustParse("10"), corev1.ResourceLimitsMemory: resource.MustParse("10Gi"),
		}}}
		if err := plane.client.Create(t.Context(), quota); err != nil {
			t.Fatal(err)
		}
		// That is otherwise a controller's word.
		quota.Status = corev1.ResourceQuotaStatus{Hard: quota.Spec.Hard, Used: corev1.ResourceList{
			corev1.ResourceRequestsCPU: resource.MustParse("0"), corev1.ResourceRequestsMemory: resource.MustParse("0"),
			corev1.ResourceLimitsCPU: resource.MustParse("0"), corev1.ResourceLimitsMemory: resource.MustParse("0"),
		}}
		if err := plane.client.Status().Update(t.Context(), quota); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the quota", func(ctx context.Context) error {
			silent := waitingBroker(namespace)
			silent.Spec.Containers[0].Resources = corev1.ResourceRequirements{}
			if err := plane.client.Create(ctx, silent, client.DryRunAll); err == nil {
				return errors.New("a pod that does not say what it takes is let in")
			}
			return plane.client.Create(ctx, waitingBroker(namespace), client.DryRunAll)
		})
		pod := waitingBroker(namespace)
		if err := plane.client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
		waiter(t, pod, native)
	})
}

// A node takes memory from guaranteed pods last, and gives them CPUs of their own: one
// container with a request below its limit would end that.
func TestAGuaranteedPodStaysOne(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	s := settings.Default()
	s.Images.Wait = "ghcr.io/sluice-dev/sluice:v1"
	newGate(t, namespace, s)
	if err := plane.client.Create(t.Context(), &corev1.Service{ObjectMeta: named(namespace, "zookeeper"), Spec: corev1.ServiceSpec{
		Selector: map[string]string{"app": "zookeeper"}, Ports: []corev1.ServicePort{{Port: 2181}},
	}}); err != nil {
		t.Fatal(err)
	}
	pod := waitingBroker(namespace)
	proxy := proxyOf()
	proxy.Resources.Requests = proxy.Resources.Limits
	proxy.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
	pod.Spec.InitContainers = []corev1.Container{proxy}
	if err := plane.client.Create(t.Context(), pod); err != nil {
		t.Fatal(err)
	}
	waiter(t, pod, true)
	if pod.Status.QOSClass != corev1.PodQOSGuaranteed {
		t.Errorf("it is %s", pod.Status.QOSClass)
	}
}
