package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
)

func (a *app) explain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Explain a reason code or a rule",
		Long: `Explain prints the page of a code that a report shows in brackets: the reason of a
change or of a skip, or the rule of a finding. Without a code it lists them all.`,
		Example: `  # Why was the quorum made to listen on all addresses?
  sluice explain quorum-listen/set

  # What does this rule want, and how is it fixed?
  sluice explain mesh/app-before-proxy

  # Every code there is
  sluice explain`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, arguments []string, begun string) ([]string, cobra.ShellCompDirective) {
			if len(arguments) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var offered []string
			for _, page := range pages() {
				if !strings.HasPrefix(page.code, begun) {
					continue
				}
				offered = append(offered, page.code+"\t"+page.title)
			}
			return offered, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: running(func(_ context.Context, arguments []string) error {
			if len(arguments) == 0 {
				return a.listPages()
			}
			return a.printPage(arguments[0])
		}),
	}
}

// page is what explain knows of one code.
type page struct {
	code, kind, title string
	sections          []section
}

// section is a part of a page. Verbatim text is not filled into lines.
type section struct {
	heading, text string
	verbatim      bool
}

// pages returns the pages of all reasons and rules, sorted by code within each.
func pages() []page {
	var all []page
	for _, reason := range verdict.Reasons() {
		all = append(all, page{
			code: string(reason.Code), kind: "reason of a " + string(reason.Outcome), title: reason.Title,
			sections: []section{{heading: "Why", text: reason.Why}, {heading: "What to do", text: reason.Do}},
		})
	}
	for _, rule := range policies.Rules() {
		subjects := make([]string, len(rule.Subjects))
		for i, subject := range rule.Subjects {
			subjects[i] = string(subject)
		}
		all = append(all, page{
			code: rule.ID, kind: fmt.Sprintf("rule, severity %s, for %s", rule.Severity, strings.Join(subjects, ", ")), title: rule.Title,
			sections: []section{
				{text: rule.Description},
				{heading: "What one sees", text: rule.Symptom, verbatim: true},
				{heading: "Cause", text: rule.Cause},
				{heading: "Fix", text: rule.Fix},
				{heading: "Waivers", text: rule.Unwaivable},
				{heading: "Versions", text: rule.Versions},
				{heading: "Read on", text: rule.Source, verbatim: true},
			},
		})
	}
	return all
}

func (a *app) listPages() error {
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, page := range pages() {
		fmt.Fprintf(table, "%s\t%s\n", page.code, page.title)
	}
	return table.Flush()
}

func (a *app) printPage(code string) error {
	// Reports show codes in brackets, and that is how they are copied.
	code = strings.Trim(code, "[] ")
	all := pages()
	at := slices.IndexFunc(all, func(p page) bool { return p.code == code })
	if at < 0 {
		codes := make([]string, len(all))
		for i, p := range all {
			codes[i] = p.code
		}
		return unknown("code", code, codes, "sluice explain")
	}
	found, style := all[at], a.outputStyle()
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%s\n", style.Heading(found.title), style.Faint(found.code+" ("+found.kind+")"))
	for _, section := range found.sections {
		if section.text == "" {
			continue
		}
		text.WriteByte('\n')
		if section.heading != "" {
			text.WriteString(style.Heading(section.heading) + "\n")
		}
		body := section.text
		if !section.verbatim {
			body = fill(body)
		}
		for line := range strings.Lines(body) {
			text.WriteString("  " + line)
		}
		text.WriteByte('\n')
	}
	_, err := fmt.Fprint(a.stdout, text.String())
	return err
}

// lineWidth is the width of the text of a page, in characters.
const lineWidth = 78

// fill breaks a text into lines anew.
func fill(text string) string {
	var out strings.Builder
	width := 0
	for word := range strings.FieldsSeq(text) {
		length := len([]rune(word))
		switch {
		case width == 0:
		case width+1+length > lineWidth:
			out.WriteByte('\n')
			width = 0
		default:
			out.WriteByte(' ')
			width++
		}
		out.WriteString(word)
		width += length
	}
	return out.String()
}

// suggestions is how many names are offered in place of an unknown one.
const suggestions = 3

// unknown says that there is no such thing of a kind, and what may have been meant.
// lister is the command that lists them all.
func unknown(kind, name string, all []string, lister string) error {
	wanted := words(name)
	shared := func(other string) int {
		count := 0
		for _, word := range words(other) {
			if slices.Contains(wanted, word) {
				count++
			}
		}
		return count
	}
	near := slices.DeleteFunc(slices.Clone(all), func(other string) bool { return shared(other) == 0 })
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(shared(b), shared(a)) })
	if len(near) == 0 {
		return fmt.Errorf("there is no %s %q; %s lists all", kind, name, lister)
	}
	return fmt.Errorf("there is no %s %q; did you mean %s?", kind, name, strings.Join(near[:min(len(near), suggestions)], " or "))
}

// words are the parts by which names are compared: a typing error spoils one of them.
func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '-' })
}

// pageOf returns the page of a rule.
func pageOf(rule string) policies.Rule {
	found, _ := policies.Lookup(rule)
	return found
}
