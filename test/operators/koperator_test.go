package operators

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/banzaicloud/k8s-objectmatcher/patch"
	corev1 "k8s.io/api/core/v1"

	"github.com/sluice-dev/sluice/workload"
)

// differs computes what Koperator would have to change in a pod: handleRollingUpgrade in
// pkg/resources/kafka/kafka.go of banzaicloud/koperator and adobe/koperator replaces the
// pod unless this is empty.
func differs(t *testing.T, current, desired *corev1.Pod) string {
	t.Helper()
	desired = desired.DeepCopy()
	if len(desired.Spec.Tolerations) > 0 {
		for _, toleration := range current.Spec.Tolerations {
			if !slices.Contains(desired.Spec.Tolerations, toleration) {
				desired.Spec.Tolerations = append(desired.Spec.Tolerations, toleration)
			}
		}
	}
	result, err := patch.DefaultPatchMaker.Calculate(current, desired)
	if err != nil {
		t.Fatal(err)
	}
	if result.IsEmpty() {
		return ""
	}
	return string(result.Patch)
}

// applied is a pod as Koperator creates it, with what it wants kept in an annotation.
func applied(t *testing.T, desired *corev1.Pod) *corev1.Pod {
	t.Helper()
	pod := desired.DeepCopy()
	if err := patch.DefaultAnnotator.SetLastAppliedAnnotation(pod); err != nil {
		t.Fatal(err)
	}
	return pod
}

func TestKoperatorSeesNoDifferenceInWhatSluiceChanges(t *testing.T) {
	for _, desired := range podsOf(t, "koperator*") {
		for _, native := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s native=%v", desired.GenerateName, native), func(t *testing.T) {
				current := created(t, applied(t, desired), native)
				if links := current.Spec.EnableServiceLinks; links == nil || *links {
					t.Error("Sluice has changed nothing: the test proves nothing")
				}
				if patch := differs(t, current, desired); patch != "" {
					t.Errorf("the operator would replace the pod over and over, to change\n%s", patch)
				}
			})
		}
	}
}

func TestWithoutSluiceKoperatorSeesNoDifferenceEither(t *testing.T) {
	for _, desired := range podsOf(t, "koperator*") {
		if patch := differs(t, running(injected(received(applied(t, desired)), false)), desired); patch != "" {
			t.Errorf("%s: what stands for the API server and for Istio differs by\n%s", desired.GenerateName, patch)
		}
	}
}

// Each field that the catalogue says is compared, in a pod that has it.
func TestKoperatorSeesADifferenceInEachFieldOfTheRow(t *testing.T) {
	desired := podsOf(t, "koperator")[1]
	desired.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{}}
	desired.Spec.Hostname, desired.Spec.Subdomain = "events-1", "events-headless"
	desired.Spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: "pull"}}
	desired.Spec.NodeSelector = map[string]string{"pool": "kafka"}
	desired.Spec.PriorityClassName, desired.Spec.ServiceAccountName = "high", "kafka"
	desired.Spec.SecurityContext = &corev1.PodSecurityContext{FSGroup: new(int64(1000))}
	desired.Spec.Tolerations = []corev1.Toleration{{Key: "kafka", Operator: corev1.TolerationOpExists}}
	changes := map[string]func(*corev1.Pod){
		"metadata annotations":               func(p *corev1.Pod) { p.Annotations["proxy.istio.io/config"] += " " },
		"metadata labels":                    func(p *corev1.Pod) { p.Labels["brokerId"] = "7" },
		"spec affinity":                      func(p *corev1.Pod) { p.Spec.Affinity = nil },
		"spec containers":                    func(p *corev1.Pod) { kafka(p).Command[2] += " --override a=b" },
		"spec hostname":                      func(p *corev1.Pod) { p.Spec.Hostname = "other" },
		"spec imagePullSecrets":              func(p *corev1.Pod) { p.Spec.ImagePullSecrets = nil },
		"spec initContainers":                func(p *corev1.Pod) { p.Spec.InitContainers[0].Image = "other" },
		"spec nodeSelector":                  func(p *corev1.Pod) { p.Spec.NodeSelector["pool"] = "other" },
		"spec priorityClassName":             func(p *corev1.Pod) { p.Spec.PriorityClassName = "low" },
		"spec restartPolicy":                 func(p *corev1.Pod) { p.Spec.RestartPolicy = corev1.RestartPolicyAlways },
		"spec securityContext":               func(p *corev1.Pod) { *p.Spec.SecurityContext.FSGroup = 1 },
		"spec serviceAccountName":            func(p *corev1.Pod) { p.Spec.ServiceAccountName = "other" },
		"spec subdomain":                     func(p *corev1.Pod) { p.Spec.Subdomain = "other" },
		"spec terminationGracePeriodSeconds": func(p *corev1.Pod) { *p.Spec.TerminationGracePeriodSeconds = 30 },
		"spec tolerations":                   func(p *corev1.Pod) { p.Spec.Tolerations = nil },
		"spec volumes":                       func(p *corev1.Pod) { p.Spec.Volumes = p.Spec.Volumes[:1] },
	}
	var compared []string
	for _, row := range workload.BuiltIn().Distributions() {
		if row.Name == "koperator-kafka" {
			for _, path := range row.Owner.Compares {
				compared = append(compared, strings.Join(path, " "))
			}
		}
	}
	if tested := slices.Sorted(maps.Keys(changes)); !slices.Equal(tested, compared) {
		t.Errorf("the row says\n%q, tested are\n%q", compared, tested)
	}
	for field, change := range changes {
		current := created(t, applied(t, desired), false)
		if patch := differs(t, current, desired); patch != "" {
			t.Fatalf("the pod as it is differs by %s", patch)
		}
		change(current)
		if differs(t, current, desired) == "" {
			t.Errorf("%s: the operator sees no difference, but the row says that it compares the field", field)
		}
	}
}

// kafka is the broker's container, behind Istio's.
func kafka(p *corev1.Pod) *corev1.Container {
	return &p.Spec.Containers[slices.IndexFunc(p.Spec.Containers, func(c corev1.Container) bool { return c.Name == "kafka" })]
}

func TestSluiceLeavesAnAnnotationOfKoperatorsAlone(t *testing.T) {
	desired := podsOf(t, "koperator")[1]
	const config = "proxy.istio.io/config"
	if desired.Annotations[config] == "" {
		t.Fatal("the fixture has no annotation")
	}
	if got := created(t, applied(t, desired), false).Annotations[config]; got != desired.Annotations[config] {
		t.Errorf("the annotation was %s and is %s", desired.Annotations[config], got)
	}
	// A pod in which the operator has set none gets one.
	without := podsOf(t, "koperator")[0]
	var said map[string]any
	if err := json.Unmarshal([]byte(created(t, applied(t, without), false).Annotations[config]), &said); err != nil || said["holdApplicationUntilProxyStarts"] != true {
		t.Errorf("the annotation says %v, %v", said, err)
	}
}
