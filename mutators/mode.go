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
		review.skip(verdict.ModeOff, chosen.near, fmt.Sprintf("%s is off: %s", m.Name(), chosen.origin))
	default:
		review.skip(verdict.ModeInvalid, chosen.near, fmt.Sprintf(
			"%s did not run: %s, which is no mode; use \"enforce\", \"shadow\" or \"off\", in quotes", m.Name(), chosen.origin))
	}
}

// choice is a mode and who asked for it.
type choice struct {
	mode   settings.Mode
	origin string
	near   *document.Node
}

func (m WithMode) mode(ctx context.Context, review *Review) choice {
	keys := []string{annotationPrefix + m.Name(), modeAnnotation}
	for _, key := range keys {
		if value, near := review.annotation(key); value != nil {
			// An unquoted off is a boolean to YAML 1.1 and no annotation at all.
			return choice{settings.Mode(value.Text()), fmt.Sprintf("the pod's annotation %s is %s", key, value.AppendJSON(nil)), near}
		}
	}
	namespace, known := review.Surroundings.Namespace(ctx, review.Namespace)
	if known == surroundings.Found {
		for _, key := range keys {
			if value, ok := namespace.Annotations[key]; ok {
				return choice{settings.Mode(value), fmt.Sprintf("the annotation %s of namespace %s is %q", key, review.Namespace, value), review.pod()}
			}
		}
	}
	if mode, ok := review.Settings.Mutators[m.Name()]; ok {
		return choice{mode, fmt.Sprintf("the settings say mutators.%s: %s", m.Name(), mode), review.pod()}
	}
	return choice{review.Settings.Mode, fmt.Sprintf("the settings say mode: %s", review.Settings.Mode), review.pod()}
}
