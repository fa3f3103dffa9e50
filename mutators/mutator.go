// Package mutators holds what Sluice changes in a pod, one file a mutator, and the
// chain that runs them in order. A mutator changes nothing where its effect is
// already there, whoever caused it.
package mutators

import (
	"context"
	"fmt"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Mutator is one kind of change.
type Mutator interface {
	// Name is the mutator's name in settings, annotations and reason codes.
	Name() string
	// Mutate looks at the workload of the review and says, through the review, what
	// it changes and what it leaves alone.
	Mutate(ctx context.Context, review *Review)
}

// All returns the mutators in the order in which they run. The order matters: the
// first two that merge into proxy.istio.io/config build on each other's result, and
// what waits is placed behind a proxy that holds back what is behind it, and listeners
// take the identity as those before have left them.
func All() Mutator {
	return Chain{
		InMesh{Chain{
			WithMode{HoldApplication{}},
			WithMode{QuorumListen{}},
			WithMode{ShutdownOrder{}},
			WithMode{InitOrdering{}},
			WithMode{PrincipalBuilder{}},
		}},
		WithMode{ServiceLinks{}},
	}
}

// Names lists the names of the mutators of All, in their order.
func Names() []string {
	return []string{
		HoldApplication{}.Name(), QuorumListen{}.Name(), ShutdownOrder{}.Name(), InitOrdering{}.Name(), PrincipalBuilder{}.Name(), ServiceLinks{}.Name(),
	}
}

// Review is one workload under change. Mutators report to it.
type Review struct {
	Workload     *workload.Workload
	Surroundings surroundings.Surroundings
	Settings     *settings.Settings
	// Namespace is the namespace that the pod will run in; empty when unknown.
	Namespace string

	// Changes and Skips are what was reported so far.
	Changes []Change
	Skips   []Skip

	editor *document.Editor
	shadow bool
	// asked is true while a mutator runs for which somebody has asked by its name.
	asked bool
}

// NewReview starts a review; changes are made through the editor.
func NewReview(w *workload.Workload, editor *document.Editor, s *settings.Settings, around surroundings.Surroundings, namespace string) *Review {
	return &Review{Workload: w, Surroundings: around, Settings: s, Namespace: namespace, editor: editor}
}

// Change is one change, made or, in shadow mode, only computed.
type Change struct {
	Reason  verdict.Code
	Message string
	// Near is the node whose position a reader is shown: what is changed, or the
	// nearest thing that was there before.
	Near *document.Node
	// Path is the place of what changes, below the root of the object.
	Path   string
	Shadow bool
}

// Skip is one thing left alone. Near is where a reader should look, which may be in a
// ConfigMap.
type Skip struct {
	Reason  verdict.Code
	Message string
	Near    workload.Place
}

// change reports a change and makes it, unless the mutator runs in shadow mode.
func (r *Review) change(reason verdict.Code, near *document.Node, path, message string, edit func(*document.Editor)) {
	r.Changes = append(r.Changes, Change{Reason: reason, Message: message, Near: near, Path: path, Shadow: r.shadow})
	if !r.shadow {
		edit(r.editor)
	}
}

// skip reports what is left alone.
func (r *Review) skip(reason verdict.Code, near *document.Node, message string) {
	r.skipAt(reason, workload.At(near), message)
}

// skipAt reports what is left alone in a place that may be outside of the object.
func (r *Review) skipAt(reason verdict.Code, near workload.Place, message string) {
	r.Skips = append(r.Skips, Skip{Reason: reason, Message: message, Near: near})
}

// LeaveTo says that an operator writes the object: what the mutators changed was only
// computed, and is made in its pods when they are created.
func (r *Review) LeaveTo(owner *workload.Owner) {
	if len(r.Changes) == 0 {
		return
	}
	for i := range r.Changes {
		r.Changes[i].Shadow = true
	}
	r.skip(verdict.OperatorsObject, r.pod(), fmt.Sprintf(
		"left this object to %s, which writes it; its pods are changed when they are created, and its settings in its %s", owner.Operator, owner.Resource))
}

// pod returns the node with the pod's metadata and spec.
func (r *Review) pod() *document.Node { return r.Workload.Pod }

// path writes the path of a node, or of keys below it that do not exist yet.
func (r *Review) path(n *document.Node, keys ...string) string {
	return n.PathBelow(r.Workload.Root, keys...)
}

// annotation returns the node of a pod annotation, nil when it is not set, and the
// nearest node that is there.
func (r *Review) annotation(name string) (value, near *document.Node) {
	near = r.pod()
	for _, key := range []string{"metadata", "annotations"} {
		next := near.Get(key)
		if next == nil {
			return nil, near
		}
		near = next
	}
	if value = near.Get(name); value != nil {
		near = value
	}
	return value, near
}

// annotationPath is the path of a pod annotation, set or not.
func (r *Review) annotationPath(name string) string {
	return r.path(r.pod(), "metadata", "annotations", name)
}

// Chain runs mutators one after the other; it is a mutator itself.
type Chain []Mutator

// Name returns the name under which a chain is known.
func (Chain) Name() string { return "chain" }

// Mutate runs the members in order. Each sees what those before it have changed.
func (c Chain) Mutate(ctx context.Context, review *Review) {
	for _, mutator := range c {
		mutator.Mutate(ctx, review)
	}
}
