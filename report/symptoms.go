package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/sluice-dev/sluice/diagnosis"
)

// Symptoms writes for people what logs show, one symptom after the other.
type Symptoms struct {
	to    io.Writer
	style Style
	fixed map[string]bool
}

// NewSymptoms returns a writer of symptoms.
func NewSymptoms(to io.Writer, style Style) *Symptoms {
	return &Symptoms{to: to, style: style, fixed: map[string]bool{}}
}

// Write writes where a symptom was first seen, and the rules that may be behind it,
// each with its fix the first time.
func (s *Symptoms) Write(seen *diagnosis.Symptom) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s\n", s.style.strong(fmt.Sprintf("%s:%d:", seen.FirstLog, seen.First.Number)), excerpt(seen))
	rules := seen.Sign.Rules
	if len(rules) > 1 {
		fmt.Fprintf(&out, "    one of %d causes:\n", len(rules))
	}
	for i := range rules {
		rule := &rules[i]
		fmt.Fprintf(&out, "    %s %s\n", s.style.doubt(rule.Title), s.style.faint("["+rule.ID+"]"))
		if s.fixed[rule.ID] {
			continue
		}
		s.fixed[rule.ID] = true
		lead := "fix: "
		for line := range strings.Lines(rule.Fix) {
			fmt.Fprintf(&out, "    %s%s\n", lead, strings.TrimSuffix(line, "\n"))
			lead = "     "
		}
	}
	_, err := out.WriteTo(s.to)
	return err
}

// excerptLength bounds how much of a line is shown, in characters.
const excerptLength = 300

// excerpt returns the line, or if it is too long that of it which begins with the sign.
func excerpt(seen *diagnosis.Symptom) string {
	text := seen.First.Text
	if len([]rune(text)) <= excerptLength {
		return text
	}
	shown := []rune(text[seen.Sign.Start(text):])
	return "..." + string(shown[:min(len(shown), excerptLength)]) + "..."
}

// Flush writes what was seen more than once, and where last, which tells whether it is
// over; and the sum over all lines.
func (s *Symptoms) Flush(symptoms []*diagnosis.Symptom, lines int) error {
	var out bytes.Buffer
	for _, seen := range symptoms {
		if seen.Count > 1 {
			fmt.Fprintf(&out, "%s %d times, last here: %s\n",
				s.style.strong(fmt.Sprintf("%s:%d:", seen.LastLog, seen.Last.Number)), seen.Count, seen.Sign.Text)
		}
	}
	sum := count(lines, "line", "lines") + ": "
	if len(symptoms) == 0 {
		sum += "no known symptom"
	} else {
		sum += count(len(symptoms), "symptom", "symptoms")
	}
	fmt.Fprintln(&out, s.style.strong(sum))
	_, err := out.WriteTo(s.to)
	return err
}
