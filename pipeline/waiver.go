package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/waivers"
	"github.com/sluice-dev/sluice/workload"
)

// Waived is a waiver that an object has, or that the settings have for it, and what came
// of it.
type Waived struct {
	waivers.Waiver
	// Code is that of the skip: of one that holds, expired, may not be, or is malformed.
	Code verdict.Code
	// Why says what is wrong; empty for one that holds.
	Why string
	// Location is where it is written; zero for one of the settings, whose key is BySettings.
	Location   verdict.Location
	BySettings bool
	// Hides are the findings of its rule that it hides, or would hide.
	Hides []verdict.Finding
}

// State says in a word what a waiver does: it holds, is idle because it has nothing to hide,
// or is expired, refused or malformed.
func (w *Waived) State(now time.Time) string {
	switch {
	case w.Code == verdict.WaiverMalformed:
		return "malformed"
	case w.Code == verdict.WaiverRefused:
		return "refused"
	case w.Expired(now):
		return "expired"
	case w.Code == verdict.RuleWaived:
		return "holds"
	default:
		return "idle"
	}
}

// waiversFor reads the waivers for an object: its own, those of its pod, which may be nil,
// and those of the settings.
func (p *Pipeline) waiversFor(root, pod *document.Node, object verdict.Object, statement writer) []*Waived {
	var all []*Waived
	for _, at := range annotated(root, pod) {
		location := statement.location(workload.At(at))
		read, wrong := waivers.Parse(at.Text(), p.hasRule)
		if at.Kind != document.String {
			wrong = []*waivers.Error{{Line: 1, Column: 1, Err: errors.New("it is no text: write the list as a block, behind |")}}
		}
		for _, waiver := range read {
			all = append(all, &Waived{Waiver: waiver, Location: location})
		}
		for _, problem := range wrong {
			all = append(all, &Waived{
				Code: verdict.WaiverMalformed, Location: location,
				Why: fmt.Sprintf("a waiver that is not whole hides nothing: %s, line %d: %v", waivers.Annotation, problem.Line, problem),
			})
		}
	}
	for _, waiver := range p.settings.Waivers {
		if waiver.Namespace != "" && waiver.Namespace != object.Namespace {
			continue
		}
		if waiver.Name == "" || slices.Contains(namesOf(root), waiver.Name) {
			all = append(all, &Waived{Waiver: waiver, BySettings: true})
		}
	}
	return all
}

// namesOf are the names by which the settings may call an object: its own, and that of the
// controller which made it.
func namesOf(root *document.Node) []string {
	names := []string{root.At("metadata", "name").Text()}
	if controller := workload.ControllerOf(root); controller != nil {
		names = append(names, controller.Get("name").Text())
	}
	return names
}

// annotated returns the waiving annotations of an object and of the pod that it makes.
func annotated(root, pod *document.Node) []*document.Node {
	var all []*document.Node
	for _, holder := range []*document.Node{root, pod} {
		if at := holder.At("metadata", "annotations", waivers.Annotation); at != nil && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all
}

func (p *Pipeline) hasRule(id string) bool {
	_, ok := policies.Lookup(id)
	return ok
}

// waive reports whether a finding is hidden, and says so, or why it is not although
// somebody wants it to be.
func waive(all []*Waived, said *verdict.Finding, found *policies.Finding, now time.Time) (hidden bool) {
	for _, w := range all {
		if w.Code == verdict.WaiverMalformed || !w.Covers(found.Rule, found.Container) {
			continue
		}
		w.Hides = append(w.Hides, *said)
		switch {
		case found.Unwaivable != "":
			w.Code, w.Why = verdict.WaiverRefused, w.Rule+" cannot be waived: "+found.Unwaivable
		case w.Expired(now):
			w.Code, w.Why = verdict.WaiverExpired, "the waiver of "+w.Rule+" expired on "+w.Expires+" and hides nothing any more"
		default:
			w.Code = verdict.RuleWaived
			hidden = true
		}
	}
	return hidden
}

// waived says what came of waivers, those aside that are about nothing that was found.
func (w writer) waived(all []*Waived) []verdict.Skip {
	var skips []verdict.Skip
	for _, waiver := range all {
		if waiver.Code == "" {
			continue
		}
		skip := verdict.Skip{Reason: waiver.Code, Message: waiver.Why, Location: waiver.Location, Object: w.object}
		if waiver.Code == verdict.RuleWaived {
			skip.Message = fmt.Sprintf("%s is waived until %s: %s. It hides: %s", waiver.Rule, waiver.Expires, waiver.Reason, waiver.Hides[0].Message)
			if more := len(waiver.Hides) - 1; more > 0 {
				skip.Message += fmt.Sprintf(", and %d more", more)
			}
		}
		if waiver.BySettings {
			skip.Location = waiver.Hides[0].Location
		}
		skips = append(skips, skip)
	}
	return skips
}
