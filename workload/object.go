package workload

import (
	"iter"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
)

// maxListDepth bounds how deeply lists may hold lists; kubectl writes one level.
const maxListDepth = 8

// Objects yields the Kubernetes objects of a document in their order: the document
// itself, or, for kind List and typed lists such as StatefulSetList, its items. A
// document that is no mapping holds none.
func Objects(root *document.Node) iter.Seq[*document.Node] {
	return func(yield func(*document.Node) bool) { eachObject(root, 0, yield) }
}

func eachObject(root *document.Node, depth int, yield func(*document.Node) bool) bool {
	if root == nil || root.Kind != document.Mapping {
		return true
	}
	items, list := listItems(root)
	if !list {
		return yield(root)
	}
	if depth == maxListDepth {
		return true
	}
	for _, item := range items {
		if !eachObject(item, depth+1, yield) {
			return false
		}
	}
	return true
}

// listItems tells a list by what the API machinery goes by: the kind ends in List
// and there are items. A kind of somebody's own that is called so without items,
// or holds something else under that key, is an ordinary object.
func listItems(root *document.Node) (items []*document.Node, list bool) {
	if !strings.HasSuffix(root.Get("kind").Text(), "List") {
		return nil, false
	}
	node := root.Get("items")
	return node.Items(), node != nil && (node.Kind == document.Sequence || node.Kind == document.Null)
}

// Identify names an object by its own words. An object that the API server is to
// name is called by its generateName.
func Identify(root *document.Node) verdict.Object {
	metadata := root.Get("metadata")
	name := metadata.Get("name").Text()
	if name == "" {
		name = metadata.Get("generateName").Text()
	}
	return verdict.Object{
		APIVersion: root.Get("apiVersion").Text(),
		Kind:       root.Get("kind").Text(),
		Namespace:  metadata.Get("namespace").Text(),
		Name:       name,
	}
}

// podTemplates says for each kind, by its API group, where its pod is. The groups
// extensions and apps/v1beta1 are no longer served but still written.
var podTemplates = map[string]struct {
	groups []string
	path   []string
}{
	"Pod":                   {[]string{""}, nil},
	"PodTemplate":           {[]string{""}, []string{"template"}},
	"ReplicationController": {[]string{""}, []string{"spec", "template"}},
	"Deployment":            {[]string{"apps", "extensions"}, []string{"spec", "template"}},
	"StatefulSet":           {[]string{"apps"}, []string{"spec", "template"}},
	"ReplicaSet":            {[]string{"apps", "extensions"}, []string{"spec", "template"}},
	"DaemonSet":             {[]string{"apps", "extensions"}, []string{"spec", "template"}},
	"Job":                   {[]string{"batch"}, []string{"spec", "template"}},
	"CronJob":               {[]string{"batch"}, []string{"spec", "jobTemplate", "spec", "template"}},
	// It holds whole pods, which are alike: the first one stands for all.
	"StrimziPodSet": {[]string{"core.strimzi.io", "core.eventstreams.ibm.com"}, []string{"spec", "pods"}},
}

// podOf returns the node with the pod's metadata and spec, nil for an object that
// has none.
func podOf(root *document.Node) *document.Node {
	holder, ok := podTemplates[root.Get("kind").Text()]
	if !ok {
		return nil
	}
	group, _, versioned := strings.Cut(root.Get("apiVersion").Text(), "/")
	if !versioned {
		group = ""
	}
	if !slices.Contains(holder.groups, group) {
		return nil
	}
	pod := root.At(holder.path...)
	if pods := pod.Items(); len(pods) > 0 {
		return pods[0]
	}
	return pod
}

// ControllerOf returns the owner reference of the controller that made an object, or nil.
func ControllerOf(root *document.Node) *document.Node {
	for _, reference := range root.At("metadata", "ownerReferences").Items() {
		if reference.Get("controller").IsTrue() {
			return reference
		}
	}
	return nil
}
