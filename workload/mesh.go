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
	// OptedOut is true when the pod itself refuses a sidecar.
	OptedOut bool
}

// InMesh says whether the pods of a workload will have Istio's sidecar, by the
// questions that Istio's webhook asks. What only the mesh's installation can tell,
// such as injection into every namespace, counts as not asked for.
func InMesh(ctx context.Context, w *Workload, around surroundings.Surroundings) Membership {
	pod, namespace := w.Pod, w.Object.Namespace
	if w.Sidecar.Container != nil {
		return Membership{Answer: Yes, Reason: "the pod carries istio-proxy", Node: w.Sidecar.Container}
	}
	if hostNetwork := pod.At("spec", "hostNetwork"); hostNetwork.IsTrue() {
		return Membership{Answer: No, Reason: "the pod has hostNetwork", Node: hostNetwork}
	}
	if slices.Contains(ignoredNamespaces, namespace) {
		return Membership{Answer: No, Reason: "Istio never injects into the namespace " + namespace, Node: pod}
	}
	// The label is the newer way, and wins.
	asked, kind := pod.At("metadata", "labels", injectName), "label"
	if asked == nil {
		asked, kind = pod.At("metadata", "annotations", injectName), "annotation"
	}
	if asked.Text() == "false" {
		return Membership{Answer: No, Reason: fmt.Sprintf(`the pod's %s %s is "false"`, kind, injectName), Node: asked, OptedOut: true}
	}
	if namespace == "" {
		return Membership{Answer: Unknown, Reason: "the pod's namespace is not known", Node: pod}
	}
	found, known := around.Namespace(ctx, namespace)
	if known != surroundings.Found {
		return Membership{Answer: Unknown, Reason: fmt.Sprintf("the labels of the namespace %s are not known", namespace), Node: pod}
	}
	return byLabels(pod, namespace, found.Labels)
}

// NamespaceInMesh says whether the pods of a namespace have a sidecar unless they say
// otherwise themselves.
func NamespaceInMesh(ctx context.Context, namespace string, around surroundings.Surroundings) Answer {
	found, known := around.Namespace(ctx, namespace)
	switch {
	case namespace == "" || known != surroundings.Found:
		return Unknown
	case found.Labels[injectionName] == "enabled" || found.Labels[injectionName] == "" && found.Labels[revisionName] != "":
		return Yes
	default:
		return No
	}
}

func byLabels(pod *document.Node, namespace string, labels map[string]string) Membership {
	if injection, ok := labels[injectionName]; ok {
		answer := No
		if injection == "enabled" {
			answer = Yes
		}
		return Membership{Answer: answer, Reason: fmt.Sprintf("the namespace %s has the label %s=%s", namespace, injectionName, injection), Node: pod}
	}
	if revision, ok := labels[revisionName]; ok {
		return Membership{Answer: Yes, Reason: fmt.Sprintf("the namespace %s has the label %s=%s", namespace, revisionName, revision), Node: pod}
	}
	if inject := pod.At("metadata", "labels", injectName); inject.Text() == "true" {
		return Membership{Answer: Yes, Reason: fmt.Sprintf(`the pod's label %s is "true"`, injectName), Node: inject}
	}
	if revision := pod.At("metadata", "labels", revisionName); revision != nil {
		return Membership{Answer: Yes, Reason: fmt.Sprintf("the pod's label %s is %q", revisionName, revision.Text()), Node: revision}
	}
	if labels[ambientName] == "ambient" {
		return Membership{Answer: No, Reason: fmt.Sprintf("the namespace %s is in ambient mode, without sidecars", namespace), Node: pod}
	}
	return Membership{Answer: No, Reason: fmt.Sprintf("neither the namespace %s nor the pod asks for a sidecar", namespace), Node: pod}
}
