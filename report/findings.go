package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/verdict"
)

// Findings writes for people what the rules found, one finding after the other.
type Findings struct {
	to      io.Writer
	style   Style
	fix     func(rule string) string
	fixed   map[string]bool
	summary Summary
}

// NewFindings returns a writer of findings. fix tells how what a rule finds is put
// right, or returns ""; it is shown with the first finding of each rule.
func NewFindings(to io.Writer, style Style, fix func(rule string) string) *Findings {
	return &Findings{to: to, style: style, fix: fix, fixed: map[string]bool{}, summary: NewSummary()}
}

// Write writes the findings of one file.
func (f *Findings) Write(file File) error {
	f.summary.Add(file)
	var out bytes.Buffer
	for i := range file.Objects {
		// A reader goes through the file from top to bottom.
		findings := slices.Clone(file.Objects[i].Verdict.Findings)
		slices.SortStableFunc(findings, func(a, b verdict.Finding) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		for j := range findings {
			f.finding(&out, &findings[j])
		}
	}
	_, err := out.WriteTo(f.to)
	return err
}

func (f *Findings) finding(out *bytes.Buffer, finding *verdict.Finding) {
	at := finding.Location
	fmt.Fprintf(out, "%s %s: %s %s\n",
		f.style.strong(fmt.Sprintf("%s:%d:%d:", at.File, at.Line, at.Column)),
		f.severity(finding.Severity), finding.Message, f.style.faint("["+finding.Rule+"]"))
	place := finding.Object.String() + ", " + finding.Path
	if at.Within != "" {
		place += ", " + at.Within
	}
	fmt.Fprintf(out, "    %s\n", f.style.faint(place))
	if f.fixed[finding.Rule] {
		return
	}
	f.fixed[finding.Rule] = true
	lead := "fix: "
	for line := range strings.Lines(f.fix(finding.Rule)) {
		fmt.Fprintf(out, "    %s%s\n", lead, strings.TrimSuffix(line, "\n"))
		lead = "     "
	}
}

func (f *Findings) severity(severity verdict.Severity) string {
	switch severity {
	case verdict.Error:
		return f.style.bad(severity)
	case verdict.Warning:
		return f.style.doubt(severity)
	default:
		return string(severity)
	}
}

// Flush writes the summary, and how much admission would change beforehand.
func (f *Findings) Flush() error {
	_, err := fmt.Fprintln(f.to, f.style.strong(f.summary.sentence(f.summary.found())))
	return err
}
