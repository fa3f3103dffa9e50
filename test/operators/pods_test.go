// Package operators proves that what Sluice changes in a pod is no difference to the
// operator that made the pod: by the operator's own comparison where that is a Go
// library, and by its rule, restated with its source, where it is not.
package operators

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
)

// podsOf returns the pods in the inputs of the fixtures that fit a pattern, each as its
// operator wants it.
func podsOf(t *testing.T, fixtures string) []*corev1.Pod {
	t.Helper()
	files, err := filepath.Glob("../fixtures/" + fixtures + "/input.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures %s: %v", fixtures, err)
	}
	var pods []*corev1.Pod
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for manifest := range strings.SplitSeq(string(text), "\n---\n") {
			pod := new(corev1.Pod)
			if err := yaml.Unmarshal([]byte(manifest), pod); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if pod.Kind == "Pod" {
				pods = append(pods, pod)
			}
		}
	}
	if len(pods) == 0 {
		t.Fatalf("there is no pod in the fixtures %s", fixtures)
	}
	return pods
}

// admitted is a pod as Sluice's webhook changes it.
func admitted(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	data, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	root, err := document.ParseJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	line := pipeline.New(settings.Default(), surroundings.None{})
	result, err := line.Review(t.Context(), pipeline.Request{Root: root, Namespace: pod.Namespace, SkipRules: true, Summarise: true})
	if err != nil {
		t.Fatal(err)
	}
	if !result.Recognised {
		t.Fatalf("%s is not recognised", pod.Name+pod.GenerateName)
	}
	changed := new(corev1.Pod)
	if err := json.Unmarshal(root.AppendJSON(nil), changed); err != nil {
		t.Fatal(err)
	}
	return changed
}

// received is a pod as the API server hands it to webhooks: with its defaults, and with
// what its own admission plugins add.
func received(pod *corev1.Pod) *corev1.Pod {
	pod = pod.DeepCopy()
	if pod.Name == "" {
		pod.Name = pod.GenerateName + "x7k2p"
	}
	spec := &pod.Spec
	spec.EnableServiceLinks = new(true)
	spec.DNSPolicy = corev1.DNSClusterFirst
	spec.SchedulerName = corev1.DefaultSchedulerName
	spec.Priority = new(int32(0))
	spec.PreemptionPolicy = new(corev1.PreemptLowerPriority)
	if spec.SecurityContext == nil {
		spec.SecurityContext = &corev1.PodSecurityContext{}
	}
	if spec.RestartPolicy == "" {
		spec.RestartPolicy = corev1.RestartPolicyAlways
	}
	if spec.ServiceAccountName == "" {
		spec.ServiceAccountName = "default"
	}
	spec.DeprecatedServiceAccount = spec.ServiceAccountName
	spec.Tolerations = append(spec.Tolerations,
		corev1.Toleration{Key: "node.kubernetes.io/not-ready", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))},
		corev1.Toleration{Key: "node.kubernetes.io/unreachable", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))})
	token := corev1.Volume{Name: "kube-api-access-8x2lz", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{DefaultMode: new(int32(420))}}}
	spec.Volumes = append(spec.Volumes, token)
	for _, containers := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range containers {
			container := &containers[i]
			container.ImagePullPolicy = corev1.PullIfNotPresent
			container.TerminationMessagePath = corev1.TerminationMessagePathDefault
			container.TerminationMessagePolicy = corev1.TerminationMessageReadFile
			for j := range container.Ports {
				container.Ports[j].Protocol = corev1.ProtocolTCP
			}
			container.VolumeMounts = append(container.VolumeMounts, corev1.VolumeMount{Name: token.Name, ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"})
		}
	}
	return pod
}

// injected is a pod with Istio's proxy in it, as its webhook puts it there after ours.
func injected(pod *corev1.Pod, native bool) *corev1.Pod {
	pod = pod.DeepCopy()
	proxy := corev1.Container{Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.0", Args: []string{"proxy", "sidecar"}}
	if native {
		proxy.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		pod.Spec.InitContainers = append([]corev1.Container{{Name: "istio-init", Image: proxy.Image}, proxy}, pod.Spec.InitContainers...)
	} else {
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, corev1.Container{Name: "istio-init", Image: proxy.Image})
		pod.Spec.Containers = append(pod.Spec.Containers, proxy)
	}
	pod.Spec.Volumes = append([]corev1.Volume{{Name: "istio-envoy", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}, pod.Spec.Volumes...)
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations["sidecar.istio.io/status"] = `{"initContainers":["istio-init"],"containers":["istio-proxy"]}`
	pod.Labels["security.istio.io/tlsMode"] = "istio"
	return pod
}

// running is a pod as the operator finds it: stored, scheduled and started.
func running(pod *corev1.Pod) *corev1.Pod {
	pod = pod.DeepCopy()
	pod.UID, pod.ResourceVersion = types.UID("2d9f4a5e"), "4711"
	pod.Spec.NodeName = "node-1"
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning}
	return pod
}

// created is what becomes of a pod that an operator creates, with Sluice before Istio and
// asked again after it.
func created(t *testing.T, pod *corev1.Pod, native bool) *corev1.Pod {
	t.Helper()
	return running(admitted(t, injected(admitted(t, received(pod)), native)))
}
