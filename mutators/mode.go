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

// annotationPrefix begins every annotation of ours; a mutator's name or "mode"
// follows.
const annotationPrefix = "sluice.dev/"

// ModeAnnotation sets the mode of all mutators of a pod or namespace.
const ModeAnnotation = annotationPrefix + "mode"

// WithMode runs a mutator in the mode that is asked for it. What stands nearest to
// the pod decides: the pod's annotation for this mutator, the pod's for all, the
// namespace's for this mutator, the namespace's for all, the settings.
type WithMode struct{ Mutator }

// Mutate runs the mutator, or says why it does not.
func (m WithMode) Mutate(ctx context.Context, review *Review) {
	chosen, asked := m.mode(ctx, review)
	if !asked {
		return
	}
	switch chosen.mode {
	case settings.Enforce, settings.Shadow:
		review.shadow, review.asked = chosen.mode == settings.Shadow, chosen.asks(m.Name())
		m.Mutator.Mutate(ctx, review)
		review.shadow, review.asked = false, false
	case settings.Off:
		review.skip(verdict.ModeOff, chosen.near, m.Name()+" is off: "+chosen.origin(review))
	default:
		review.skip(verdict.ModeInvalid, chosen.near, m.Name()+" did not run: "+chosen.origin(review)+
			`, which is no mode; use "enforce", "shadow" or "off", in quotes`)
	}
}

// choice is a mode and who asked for it: the pod or its namespace by the annotation
// key, or the settings.
type choice struct {
	mode settings.Mode
	by   chooser
	key  string
	near *document.Node
}

// asks reports whether somebody has asked for a mutator by its name, rather than for all
// or for none.
func (c choice) asks(name string) bool {
	return c.mode == settings.Enforce && (c.key == annotationPrefix+name || c.key == "mutators."+name)
}

type chooser uint8

const (
	bySettings chooser = iota
	byNamespace
	byPod
)

// origin says who asked for the mode, and in which words.
func (c choice) origin(review *Review) string {
	switch c.by {
	case byPod:
		// As it is written: an unquoted off is the boolean false to YAML 1.1, and no
		// annotation at all.
		return fmt.Sprintf("the pod's annotation %s is %s", c.key, c.near.AppendJSON(nil))
	case byNamespace:
		return fmt.Sprintf("the annotation %s of namespace %s is %q", c.key, review.Namespace, c.mode)
	default:
		return fmt.Sprintf("the settings say %s: %s", c.key, c.mode)
	}
}

// optional is a mutator that runs only where somebody asks for it by its name. Where
// nobody does, it has nothing to say either.
type optional interface {
	Mutator
	OptIn()
}

func (m WithMode) mode(ctx context.Context, review *Review) (chosen choice, asked bool) {
	keys := []string{annotationPrefix + m.Name(), ModeAnnotation}
	_, optional := m.Mutator.(optional)
	if optional {
		keys = keys[:1]
	}
	chosen = review.mode(ctx, keys...)
	if chosen.by != bySettings {
		return chosen, true
	}
	if mode, ok := review.Settings.Mutators[m.Name()]; ok {
		return choice{mode, bySettings, "mutators." + m.Name(), review.pod()}, true
	}
	return chosen, !optional
}

// mode says which mode is asked for by annotations of the pod or its namespace, of
// which the first key counts most, or else by the settings.
func (r *Review) mode(ctx context.Context, keys ...string) choice {
	for _, key := range keys {
		if value, near := r.annotation(key); value != nil {
			return choice{settings.Mode(value.Text()), byPod, key, near}
		}
	}
	namespace, known := r.Surroundings.Namespace(ctx, r.Namespace)
	if known == surroundings.Found {
		for _, key := range keys {
			if value, ok := namespace.Annotations[key]; ok {
				return choice{settings.Mode(value), byNamespace, key, r.pod()}
			}
		}
	}
	return choice{r.Settings.Mode, bySettings, "mode", r.pod()}
}

// ModeOf is the mode in which Sluice looks at the pods of a workload, single mutators
// aside.
func ModeOf(ctx context.Context, w *workload.Workload, s *settings.Settings, around surroundings.Surroundings) settings.Mode {
	return NewReview(w, nil, s, around, w.Object.Namespace).mode(ctx, ModeAnnotation).mode
}
