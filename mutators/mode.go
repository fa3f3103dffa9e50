package mutators

import (
	"context"
	"fmt"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
)

// annotationPrefix begins every annotation of ours; a mutator's name or "mode"
// follows.
const annotationPrefix = "sluice.dev/"

// modeAnnotation sets the mode of all mutators of a pod or namespace.
const modeAnnotation = annotationPrefix + "mode"

// WithMode runs a mutator in the mode that is asked for it. What stands nearest to
// the pod decides: the pod's annotation for this mutator, the pod's for all, the
// namespace's for this mutator, the namespace's for all, the settings.
type WithMode struct{ Mutator }

// Mutate runs the mutator, or says why it does not.
func (m WithMode) Mutate(ctx context.Context, review *Review) {
	chosen := m.mode(ctx, review)
	switch chosen.mode {
	case settings.Enforce, settings.Shadow:
		review.shadow = chosen.mode == settings.Shadow
		m.Mutator.Mutate(ctx, review)
		review.shadow = false
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

func (m WithMode) mode(ctx context.Context, review *Review) choice {
	keys := [...]string{annotationPrefix + m.Name(), modeAnnotation}
	for _, key := range keys {
		if value, near := review.annotation(key); value != nil {
			return choice{settings.Mode(value.Text()), byPod, key, near}
		}
	}
	namespace, known := review.Surroundings.Namespace(ctx, review.Namespace)
	if known == surroundings.Found {
		for _, key := range keys {
			if value, ok := namespace.Annotations[key]; ok {
				return choice{settings.Mode(value), byNamespace, key, review.pod()}
			}
		}
	}
	if mode, ok := review.Settings.Mutators[m.Name()]; ok {
		return choice{mode, bySettings, "mutators." + m.Name(), review.pod()}
	}
	return choice{review.Settings.Mode, bySettings, "mode", review.pod()}
}
