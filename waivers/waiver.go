// Package waivers says which findings somebody takes responsibility for: of which rule, in
// which container, why, and until when. A waiver that is not whole hides nothing.
package waivers

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Annotation holds the waivers of an object or of its pod, as a list in YAML.
const Annotation = "sluice.dev/waive"

// The bounds of what is read.
const (
	// MaxCount bounds the waivers of one list.
	MaxCount = 64
	// MaxReason bounds a reason, in bytes: it is shown in one line.
	MaxReason = 500
	// maxText bounds an annotation, in bytes.
	maxText = 32 << 10
)

// The forms of the fields that have one.
const (
	RulePattern    = `^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$`
	ExpiresPattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
)

// Waiver hides the findings of one rule.
type Waiver struct {
	// Rule is the ID of the rule, as mesh/host-port.
	Rule string `json:"rule"`
	// Container is the one that is meant; empty stands for all, and for what belongs to none.
	Container string `json:"container,omitempty"`
	// Namespace and Name are those of the objects that are meant; empty stands for all. Only
	// waivers of the settings have them. The name of a controller stands for what it makes,
	// too.
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
	// Reason says why that is right, for whoever reads it later.
	Reason string `json:"reason"`
	// Expires is the last day, as in 2027-01-31, by the clock of UTC.
	Expires string `json:"expires"`
}

// Expired reports whether the last day is over.
func (w *Waiver) Expired(now time.Time) bool {
	last, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || !now.UTC().Before(last.AddDate(0, 0, 1))
}

// Covers reports whether what a rule finds in a container is meant, expired or not.
func (w *Waiver) Covers(rule, container string) bool {
	return w.Rule == rule && (w.Container == "" || w.Container == container)
}

// Error says where in the list something is wrong. Line and Column count from 1.
type Error struct {
	Line, Column int
	Err          error
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong without the place.
func (e *Error) Unwrap() error { return e.Err }

// Parse reads the value of an Annotation. What is wrong is an Error each; the other items
// of the list count.
func Parse(text string, known func(rule string) bool) ([]Waiver, []*Error) {
	if len(text) > maxText {
		return nil, []*Error{{1, 1, fmt.Errorf("it may have %d bytes at most", maxText)}}
	}
	var documents []yaml.Node
	if err := yaml.Load([]byte(text), &documents, yaml.WithAllDocuments()); err != nil {
		if at, ok := errors.AsType[*yaml.LoadError](err); ok && at.Mark.Line > 0 {
			return nil, []*Error{{at.Mark.Line, at.Mark.Column, errors.New(at.Message)}}
		}
		return nil, []*Error{{1, 1, err}}
	}
	if len(documents) != 1 || len(documents[0].Content) == 0 {
		return nil, []*Error{{1, 1, errNoList}}
	}
	return Read(documents[0].Content[0], false, known)
}

var errNoList = errors.New("it is a list, as in [{rule: mesh/host-port, container: kafka, reason: …, expires: 2027-01-31}]")

// Read reads a list of waivers. inSettings says that they may name a namespace and a name;
// known, which rules there are.
func Read(list *yaml.Node, inSettings bool, known func(rule string) bool) ([]Waiver, []*Error) {
	if list.Kind != yaml.SequenceNode {
		return nil, []*Error{{list.Line, list.Column, errNoList}}
	}
	if len(list.Content) > MaxCount {
		return nil, []*Error{{list.Line, list.Column, fmt.Errorf("%d waivers are too many: there may be %d", len(list.Content), MaxCount)}}
	}
	var read []Waiver
	var wrong []*Error
	for _, item := range list.Content {
		waiver, problems := readOne(item, inSettings, known)
		if len(problems) == 0 {
			read = append(read, waiver)
		}
		wrong = append(wrong, problems...)
	}
	return read, wrong
}

func readOne(item *yaml.Node, inSettings bool, known func(rule string) bool) (w Waiver, wrong []*Error) {
	fail := func(at *yaml.Node, format string, arguments ...any) {
		wrong = append(wrong, &Error{at.Line, at.Column, fmt.Errorf(format, arguments...)})
	}
	fields := map[string]*string{"rule": &w.Rule, "container": &w.Container, "reason": &w.Reason, "expires": &w.Expires}
	keys := "rule, container, reason and expires"
	if inSettings {
		fields["namespace"], fields["name"] = &w.Namespace, &w.Name
		keys = "rule, container, namespace, name, reason and expires"
	}
	if item.Kind != yaml.MappingNode {
		fail(item, "a waiver is a mapping of %s", keys)
		return w, wrong
	}
	places := map[string]*yaml.Node{}
	for i := 0; i+1 < len(item.Content); i += 2 {
		key, value := item.Content[i], item.Content[i+1]
		into, ok := fields[key.Value]
		switch {
		case !ok || key.Kind != yaml.ScalarNode:
			fail(key, "unknown key %q: a waiver has %s", key.Value, keys)
		case places[key.Value] != nil:
			fail(key, "%s stands here a second time", key.Value)
		// An unquoted date is a timestamp to some readers of YAML.
		case value.Kind != yaml.ScalarNode || value.Tag == "!!null" || strings.TrimSpace(value.Value) == "":
			fail(value, "%s needs a text", key.Value)
			places[key.Value] = value
		default:
			*into, places[key.Value] = strings.TrimSpace(value.Value), value
		}
	}
	for _, key := range []string{"rule", "reason", "expires"} {
		if places[key] == nil {
			fail(item, "%s is missing: a waiver says which rule, why, and until when", key)
		}
	}
	if w.Rule != "" && !known(w.Rule) {
		fail(places["rule"], "there is no rule called %q; groups cannot be waived", clip(w.Rule))
	}
	if len(w.Reason) > MaxReason {
		fail(places["reason"], "the reason may have %d bytes at most", MaxReason)
	}
	if w.Expires != "" {
		if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
			fail(places["expires"], "%q is no day: write it as 2027-01-31", clip(w.Expires))
		}
	}
	return w, wrong
}

// clip bounds text that goes into messages.
func clip(text string) string {
	const most = 64
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
