package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/sluice-dev/sluice/verdict"
)

// Findings writes for people what the rules found, one finding after the other.
type Findings struct {
	to      io.Writer
	style   Style
	rules   Rules
	fixed   map[string]bool
	summary Summary
}

// NewFindings returns a writer of findings. How what a rule finds is put right is shown
// with the first finding of each rule.
func NewFindings(to io.Writer, style Style, rules Rules) *Findings {
	return &Findings{to: to, style: style, rules: rules, fixed: map[string]bool{}, summary: NewSummary()}
}

// Write writes the findings of one file.
func (f *Findings) Write(file File) error {
	f.summary.Add(file)
	var out bytes.Buffer
	hidden := f.secrets(file)
	for i := range file.Objects {
		findings := file.Objects[i].findings()
		for j := range findings {
			f.finding(&out, &file, &findings[j], hidden)
		}
		f.disagreements(&out, file.Objects[i].Verdict.Skips)
	}
	_, err := out.WriteTo(f.to)
	return err
}

// line is a line of a file.
type line struct {
	file string
	line int
}

// secrets are the lines that hold a secret; another rule may find something in them, too.
func (f *Findings) secrets(file File) map[line]bool {
	hidden := map[line]bool{}
	for i := range file.Objects {
		for _, finding := range file.Objects[i].Verdict.Findings {
			if f.rules(finding.Rule).Secret {
				hidden[line{finding.File, finding.Line}] = true
			}
		}
	}
	return hidden
}

func (f *Findings) finding(out *bytes.Buffer, file *File, finding *verdict.Finding, hidden map[line]bool) {
	at := finding.Location
	fmt.Fprintf(out, "%s %s: %s %s\n",
		f.style.strong(fmt.Sprintf("%s:%d:%d:", at.File, at.Line, at.Column)),
		f.severity(finding), finding.Message, f.style.faint("["+finding.Rule+"]"))
	if file.Line != nil && !hidden[line{at.File, at.Line}] {
		f.excerpt(out, at, file.Line(at))
	}
	fmt.Fprintf(out, "    %s\n", f.style.faint(placeOf(finding)))
	if f.fixed[finding.Rule] {
		return
	}
	f.fixed[finding.Rule] = true
	lead := "fix: "
	for part := range strings.Lines(f.rules(finding.Rule).Fix) {
		fmt.Fprintf(out, "    %s%s\n", lead, strings.TrimSuffix(part, "\n"))
		lead = "     "
	}
}

// disagreements says what somebody asked for and did not get.
func (f *Findings) disagreements(out *bytes.Buffer, skips []verdict.Skip) {
	for _, skip := range skips {
		if skip.Reason.Disagrees() {
			at := fmt.Sprintf("%s:%d:%d:", skip.File, skip.Line, skip.Column)
			fmt.Fprintf(out, "%s %s %s\n", f.style.strong(at), skip.Message, f.style.faint("["+string(skip.Reason)+"]"))
		}
	}
}

// severity writes how urgent a finding is, and what becomes of it if that is not usual.
func (f *Findings) severity(finding *verdict.Finding) string {
	text := string(finding.Severity)
	switch {
	case finding.Action == verdict.ActionDeny:
		text += " (deny)"
	case finding.Asked == verdict.ActionAudit:
		text += " (audit)"
	}
	switch finding.Severity {
	case verdict.Error:
		return f.style.bad(text)
	case verdict.Warning:
		return f.style.doubt(text)
	default:
		return text
	}
}

// Flush writes the summary, and how much admission would change beforehand.
func (f *Findings) Flush() error {
	_, err := fmt.Fprintln(f.to, f.style.strong(f.summary.sentence(f.summary.found())))
	return err
}
