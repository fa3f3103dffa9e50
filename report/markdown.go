package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/sluice-dev/sluice/verdict"
)

// Markdown writes findings as a page: a comment on a pull request, or the summary of a
// job. It shows so many findings that the page stays within what GitHub and GitLab take.
type Markdown struct {
	to      io.Writer
	rules   Rules
	fixes   []string
	fixed   map[string]bool
	shown   int
	left    int
	summary Summary
}

// markdownFindings bounds how many findings a page shows. GitHub takes comments of
// 65,536 characters.
const markdownFindings = 100

// NewMarkdown returns a writer of Markdown.
func NewMarkdown(to io.Writer, rules Rules) *Markdown {
	return &Markdown{to: to, rules: rules, fixed: map[string]bool{}, summary: NewSummary()}
}

// Write writes the findings of one file.
func (m *Markdown) Write(file File) error {
	m.summary.Add(file)
	var out bytes.Buffer
	for i := range file.Objects {
		findings := file.Objects[i].findings()
		for j := range findings {
			m.finding(&out, &findings[j])
		}
	}
	_, err := out.WriteTo(m.to)
	return err
}

func (m *Markdown) finding(out *bytes.Buffer, finding *verdict.Finding) {
	if m.shown == markdownFindings {
		m.left++
		return
	}
	if m.shown++; m.shown == 1 {
		out.WriteString("| | where | what |\n|---|---|---|\n")
	}
	fmt.Fprintf(out, "| **%s** | `%s:%d`<br>%s | %s `[%s]` |\n", finding.Severity,
		literal.Replace(finding.File), finding.Line, cell(placeOf(finding)), cell(finding.Message), finding.Rule)
	if !m.fixed[finding.Rule] {
		m.fixed[finding.Rule] = true
		m.fixes = append(m.fixes, finding.Rule)
	}
}

var (
	// cellText keeps text within a cell of a table, and what looks like HTML or Markdown
	// from being taken for it.
	cellText = strings.NewReplacer("\r", " ", "\n", " ", "|", `\|`, "<", "&lt;", ">", "&gt;", "*", `\*`, "_", `\_`)
	// literal does so for what stands in backquotes, where nothing else means anything.
	literal = strings.NewReplacer("\r", " ", "\n", " ", "|", `\|`, "`", "'")
)

func cell(text string) string { return cellText.Replace(text) }

// Flush writes how what was found is put right, and the summary.
func (m *Markdown) Flush() error {
	var out bytes.Buffer
	if m.left > 0 {
		fmt.Fprintf(&out, "\n%d more are not shown.\n", m.left)
	}
	for _, id := range m.fixes {
		if rule := m.rules(id); rule.Fix != "" {
			fmt.Fprintf(&out, "\n<details><summary>%s: how to fix it</summary>\n\n%s\n\n</details>\n", cell(id), rule.Fix)
		}
	}
	if m.shown > 0 {
		out.WriteByte('\n')
	}
	fmt.Fprintln(&out, m.summary.sentence(m.summary.found()))
	_, err := out.WriteTo(m.to)
	return err
}
