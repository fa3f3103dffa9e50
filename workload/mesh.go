package workload

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// The names by which namespaces and pods ask for a sidecar, or refuse it.
const (
	injectName    = "sidecar.istio.io/inject"
	revisionName  = "istio.io/rev"
	injectionName = "istio-injection"
	ambientName   = "istio.io/dataplane-mode"
)

// ignoredNamespaces never get a sidecar: Istio's own list.
var ignoredNamespaces = []string{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"}

// Answer is the answer to a question about the mesh.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

// Membership says whether a pod runs with Istio's sidecar, and why.
type Membership struct {
	Answer Answer
	// Reason is half a sentence: "the pod has hostNetwork".
	Reason string
	// Node is what decides, or the pod when that is outside of it.
	Node *document.Node
}

// InMesh says whether the pods of a workload will have Istio's sidecar, by the
// questions that Istio's webhook asks. What only the mesh's installation can tell,
// such as injection into every namespace, counts as not asked for.
func InMesh(ctx context.Context, w *Workload, around surroundings.Surroundings) Membership {
	pod, namespace := w.Pod, w.Object.Namespace
	if w.Sidecar.Container != nil {
		return Membership{Yes, "the pod carries istio-proxy", w.Sidecar.Container}
	}
	if hostNetwork := pod.At("spec", "hostNetwork"); hostNetwork.IsTrue() {
		return Membership{No, "the pod has hostNetwork", hostNetwork}
	}
	if slices.Contains(ignoredNamespaces, namespace) {
		return Membership{No, "Istio never injects into the namespace " + namespace, pod}
	}
	// The label is the newer way, and wins.
	asked, kind := pod.At("metadata", "labels", injectName), "label"
	if asked == nil {
		asked, kind = pod.At("metadata", "annotations", injectName), "annotation"
	}
	if asked.Text() == "false" {
		return Membership{No, fmt.Sprintf(`the pod's %s %s is "false"`, kind, injectName), asked}
	}
	if namespace == "" {
		return Membership{Unknown, "the pod's namespace is not known", pod}
	}
	found, known := around.Namespace(ctx, namespace)
	if known != surroundings.Found {
		return Membership{Unknown, fmt.Sprintf("the labels of the namespace %s are not known", namespace), pod}
	}
	return byLabels(pod, namespace, found.Labels)
}

func byLabels(pod *document.Node, namespace string, labels map[string]string) Membership {
	if injection, ok := labels[injectionName]; ok {
		answer := No
		if injection == "enabled" {
			answer = Yes
		}
		return Membership{answer, fmt.Sprintf("the namespace %s has the label %s=%s", namespace, injectionName, injection), pod}
	}
	if revision, ok := labels[revisionName]; ok {
		return Membership{Yes, fmt.Sprintf("the namespace %s has the label %s=%s", namespace, revisionName, revision), pod}
	}
	if inject := pod.At("metadata", "labels", injectName); inject.Text() == "true" {
		return Membership{Yes, fmt.Sprintf(`the pod's label %s is "true"`, injectName), inject}
	}
	if revision := pod.At("metadata", "labels", revisionName); revision != nil {
		return Membership{Yes, fmt.Sprintf("the pod's label %s is %q", revisionName, revision.Text()), revision}
	}
	if labels[ambientName] == "ambient" {
		return Membership{No, fmt.Sprintf("the namespace %s is in ambient mode, without sidecars", namespace), pod}
	}
	return Membership{No, fmt.Sprintf("neither the namespace %s nor the pod asks for a sidecar", namespace), pod}
}
