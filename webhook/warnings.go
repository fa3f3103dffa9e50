package webhook

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-dev/sluice/verdict"
)

// The API server passes warnings on as HTTP headers, and shortens those of more
// than 256 bytes as soon as all warnings of a request together, ours and those of
// others, have more than 4 KiB (k8s.io/apiserver/pkg/endpoints/filters/warning.go).
// We stay below both, so that what a person reads is a whole sentence.
const (
	maxWarning  = 255
	maxWarnings = 4000
)

// moreRoom is kept for the warning that says how many were left out.
const moreRoom = 80

// warnings gathers warnings within the bounds.
type warnings struct {
	list  []string
	bytes int
	more  int
}

// add puts a warning of the form "sluice CODE: message (path)" on the list. Of one
// that is too long the message is cut: code and path say where to look further.
func (w *warnings) add(code, message, path string) {
	text := "sluice " + code + ": " + message
	place := ""
	if path != "" {
		place = " (" + path + ")"
	}
	if len(text)+len(place) > maxWarning {
		text = cut(text, max(maxWarning-len(place), maxWarning/2))
	}
	text = cut(clean(text+place), maxWarning)
	if w.more > 0 || w.bytes+len(text) > maxWarnings-moreRoom {
		w.more++
		return
	}
	w.list = append(w.list, text)
	w.bytes += len(text)
}

// all returns the list, with a last word on what had no room.
func (w *warnings) all() []string {
	if w.more == 0 {
		return w.list
	}
	return append(w.list, fmt.Sprintf("sluice: %d more; run sluice check on the manifest to see all", w.more))
}

// addShadowed says what Sluice would have changed.
func (w *warnings) addShadowed(changes []verdict.Change) {
	for i := range changes {
		if change := &changes[i]; change.Shadow {
			w.add(string(change.Reason), "not applied, shadow mode: "+change.Message, change.Path)
		}
	}
}

// addFindings says what was found in an object and around it, and is to be told. What
// refuses the object is told by refusal.
func (w *warnings) addFindings(object verdict.Object, findings []verdict.Finding) {
	for i := range findings {
		if finding := &findings[i]; finding.Action == verdict.ActionWarn {
			w.add(finding.Rule, finding.Message, placeIn(object, finding))
		}
	}
}

// addDisagreements says what somebody asked for and did not get.
func (w *warnings) addDisagreements(skips []verdict.Skip) {
	for i := range skips {
		if skips[i].Reason.Disagrees() {
			w.add(string(skips[i].Reason), skips[i].Message, "")
		}
	}
}

// maxRefusal bounds the message of a refusal, in bytes, so that a terminal shows all of it.
const maxRefusal = 4000

// refusal says why an object is refused, a line for each finding; it is empty for one that
// is not.
func refusal(object verdict.Object, findings []verdict.Finding) string {
	var why strings.Builder
	more := 0
	for i := range findings {
		finding := &findings[i]
		if finding.Action != verdict.ActionDeny {
			continue
		}
		line := "\n  " + clean(finding.Rule+": "+finding.Message+" ("+placeIn(object, finding)+")")
		if why.Len()+len(line) > maxRefusal {
			more++
			continue
		}
		why.WriteString(line)
	}
	if why.Len() == 0 {
		return ""
	}
	if more > 0 {
		fmt.Fprintf(&why, "\n  and %d more", more)
	}
	return "refused by rules:" + why.String() + "\nsluice explain RULE says how to put it right."
}

// placeIn says where in an object a finding is, or in which other one.
func placeIn(object verdict.Object, finding *verdict.Finding) string {
	if finding.Object == object {
		return finding.Where()
	}
	return finding.Object.String() + ", " + finding.Where()
}

// cut shortens text to at most so many bytes, and shows that it did.
func cut(text string, most int) string {
	const mark = "..."
	if len(text) <= most {
		return text
	}
	end := most - len(mark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}

// clean replaces control characters, with which the API server would drop the
// whole warning.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
