package operators

import (
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// The annotations by which Strimzi compares pods, as PodRevision.hasChanged does
// (cluster-operator/src/main/java/io/strimzi/operator/cluster/model/PodRevision.java of
// strimzi/strimzi-kafka-operator).
var revisions = []string{"strimzi.io/revision", "strimzi.io/resource-revision"}

// rolls restates what makes Strimzi act on a pod that it has not changed itself: the
// reasons of ReconcilerUtils.reasonsToRestartPod and of StrimziPodSetController, which
// look at annotations of strimzi.io, at the labels of the pod set's selector, and for
// resizing in place at the resources of the containers that both pods have
// (InPlacePodResizingUtils.patchPodResources).
func rolls(current, desired *corev1.Pod) []string {
	var reasons []string
	for _, revision := range revisions {
		if current.Annotations[revision] != desired.Annotations[revision] {
			reasons = append(reasons, revision)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(desired.Annotations)) {
		if strings.HasPrefix(key, "strimzi.io/") && !slices.Contains(revisions, key) && current.Annotations[key] != desired.Annotations[key] {
			reasons = append(reasons, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(desired.Labels)) {
		if current.Labels[key] != desired.Labels[key] {
			reasons = append(reasons, key)
		}
	}
	for _, container := range desired.Spec.Containers {
		i := slices.IndexFunc(current.Spec.Containers, func(c corev1.Container) bool { return c.Name == container.Name })
		if i < 0 || !equalResources(current.Spec.Containers[i].Resources, container.Resources) {
			reasons = append(reasons, "the resources of "+container.Name)
		}
	}
	return reasons
}

func equalResources(a, b corev1.ResourceRequirements) bool {
	return maps.Equal(a.Limits, b.Limits) && maps.Equal(a.Requests, b.Requests)
}

func TestStrimziSeesNoReasonToRestartWhatSluiceChanges(t *testing.T) {
	for _, desired := range podsOf(t, "strimzi*") {
		for _, native := range []bool{false, true} {
			current := created(t, desired, native)
			if reasons := rolls(current, desired); len(reasons) > 0 {
				t.Errorf("%s: %q", desired.Name, reasons)
			}
			if current.Annotations["proxy.istio.io/config"] == desired.Annotations["proxy.istio.io/config"] {
				t.Errorf("%s: Sluice has changed nothing: the test proves nothing", desired.Name)
			}
		}
	}
}

func TestTheRestatedRuleSeesAReason(t *testing.T) {
	for name, change := range map[string]func(*corev1.Pod){
		"another revision":  func(p *corev1.Pod) { p.Annotations["strimzi.io/revision"] = "other" },
		"no revision":       func(p *corev1.Pod) { delete(p.Annotations, "strimzi.io/revision") },
		"a label is gone":   func(p *corev1.Pod) { delete(p.Labels, "strimzi.io/cluster") },
		"other resources":   func(p *corev1.Pod) { p.Spec.Containers[0].Resources.Limits = corev1.ResourceList{"cpu": {}} },
		"another container": func(p *corev1.Pod) { p.Spec.Containers[0].Name = "other" },
	} {
		desired := podsOf(t, "strimzi")[0]
		current := running(received(desired))
		if reasons := rolls(current, desired); len(reasons) > 0 {
			t.Fatalf("the pod as it is has the reasons %q", reasons)
		}
		change(current)
		if len(rolls(current, desired)) == 0 {
			t.Errorf("%s is no reason", name)
		}
	}
}

// The commands of both operators' pods stay what they are, whatever a mutator would like
// to say on the command line.
func TestCommandsOfOperatorsStay(t *testing.T) {
	for _, fixtures := range []string{"strimzi*", "koperator*", "event-streams", "pravega-zookeeper"} {
		for _, desired := range podsOf(t, fixtures) {
			current := created(t, desired, false)
			for _, container := range desired.Spec.Containers {
				i := slices.IndexFunc(current.Spec.Containers, func(c corev1.Container) bool { return c.Name == container.Name })
				if i < 0 || !slices.Equal(current.Spec.Containers[i].Command, container.Command) || !slices.Equal(current.Spec.Containers[i].Args, container.Args) {
					t.Errorf("%s: the command of %s has changed", desired.Name+desired.GenerateName, container.Name)
				}
			}
		}
	}
}
