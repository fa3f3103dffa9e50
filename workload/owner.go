package workload

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-dev/sluice/document"
)

// Owner is the operator that makes the pods of a distribution. It compares fields of
// the pods that it finds with those that it wants, and acts on a difference: a change
// of such a field is a restart, over and over.
type Owner struct {
	// Operator is its name for people.
	Operator string `json:"operator" yaml:"operator"`
	// Labels are keys of labels of which the operator gives its pods one. A pod without any
	// was made by somebody else.
	Labels []string `json:"labels" yaml:"labels"`
	// Resource is the kind of the object that a person changes in place of the pod.
	Resource string `json:"resource" yaml:"resource"`
	// Properties is the field of the resource that sets properties of the server.
	Properties string `json:"properties" yaml:"properties"`
	// Annotations is the field of the resource from which the pod gets annotations.
	Annotations string `json:"annotations" yaml:"annotations"`
	// Compares are the fields of the pod that the operator compares, if they are there:
	// paths from the pod on, in whose steps "*" stands for any text, an item's too. What
	// stands below such a field is compared with it.
	Compares []FieldPath `json:"compares,omitempty" yaml:"compares"`
}

// FieldPath is the path of a field, a step for each key or item.
type FieldPath []string

func (o *Owner) prepare() error {
	if o.Operator == "" || len(o.Labels) == 0 || o.Resource == "" || o.Properties == "" || o.Annotations == "" {
		return errors.New("owner: operator, labels, resource, properties and annotations must be given")
	}
	for i, path := range o.Compares {
		if len(path) == 0 || path[0] != "metadata" && path[0] != "spec" {
			return fmt.Errorf("owner.compares[%d]: a path begins with metadata or spec", i)
		}
	}
	return nil
}

// made reports whether the operator made a pod.
func (o *Owner) made(pod *document.Node) bool {
	return slices.ContainsFunc(o.Labels, func(key string) bool { return pod.At("metadata", "labels", key) != nil })
}

// compares reports whether the operator compares a node of the pod: whether it is one of
// the fields, or below one.
func (o *Owner) compares(pod, node *document.Node) bool {
	var steps []string
	for at := node; at != pod; at = at.Parent() {
		if at == nil {
			return false // no part of the pod
		}
		steps = append(steps, at.Key)
	}
	slices.Reverse(steps)
	return slices.ContainsFunc(o.Compares, func(path FieldPath) bool {
		for i, step := range path[:min(len(path), len(steps))] {
			if !newPattern(step).matches(steps[i]) {
				return false
			}
		}
		return len(steps) >= len(path)
	})
}

// ComparedBy returns the operator that compares a field of the pod, nil when none does.
// A field that is not there, a nil node, nobody compares: what is added to a pod is no
// difference to any operator of the catalogue, and stays an addition while it is changed
// further. Nor is istio-proxy theirs.
func (w *Workload) ComparedBy(field *document.Node) *Owner {
	if field == nil || !field.Source.Written {
		return nil
	}
	for at := field; at != nil; at = at.Parent() {
		if at == w.Sidecar.Container {
			return nil
		}
	}
	for _, process := range w.Processes {
		if owner := process.Owner; owner != nil && owner.compares(w.Pod, field) {
			return owner
		}
	}
	return nil
}

// WrittenBy returns the operator that writes the object itself, nil where people and
// charts do. It writes the object anew whatever somebody changes in it: only the pods that
// come of it can be changed, when they are created. A pod is nobody's in this sense.
func (w *Workload) WrittenBy() *Owner {
	if w.Pod == w.Root {
		return nil
	}
	for _, process := range w.Processes {
		if process.Owner != nil {
			return process.Owner
		}
	}
	return nil
}
