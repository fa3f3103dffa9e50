package report

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
)

// SARIF writes findings as a log of the Static Analysis Results Interchange Format,
// version 2.1.0: each rule with its own ID and its page, each finding with its place in
// the file and in the object. Results are streamed; the pages of the rules that found
// something come behind them.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type SARIF struct {
	to       io.Writer
	version  string
	rules    Rules
	results  list
	pages    []*sarif.ReportingDescriptor
	indices  map[string]int
	seen     repeats
	unusable int
}

// NewSARIF returns a writer of SARIF. version is that of Sluice.
func NewSARIF(to io.Writer, version string, rules Rules) *SARIF {
	return &SARIF{to: to, version: version, rules: rules, results: list{indent: "      "}, indices: map[string]int{}, seen: repeats{}}
}

// openSARIF is what stands before the first result.
const openSARIF = `{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "language": "en-US",
      "newlineSequences": ["\r\n", "\n"],
      "columnKind": "unicodeCodePoints",
      "results": [`

// sarifFingerprint is the name under which a fingerprint stands in a result.
const sarifFingerprint = "sluice/v1"

// sarifLevels are the levels of SARIF.
var sarifLevels = map[verdict.Severity]string{verdict.Error: sarif.LevelError, verdict.Warning: sarif.LevelWarning, verdict.Info: sarif.LevelNote}

// Write writes the findings of one file.
func (s *SARIF) Write(file File) error {
	s.unusable += file.Unusable
	for i := range file.Objects {
		findings := file.Objects[i].findings()
		for j := range findings {
			if err := s.results.add(s.result(&findings[j])); err != nil {
				return err
			}
		}
	}
	return s.results.drain(s.to, openSARIF)
}

func (s *SARIF) result(finding *verdict.Finding) *sarif.Result {
	region := sarif.NewRegion().WithStartLine(max(finding.Line, 1)).WithStartColumn(max(finding.Column, 1))
	object := sarif.NewLogicalLocation().WithFullyQualifiedName(finding.Object.String() + ", " + finding.Path).WithKind("member")
	if finding.Within != "" {
		object.WithDecoratedName(finding.Within)
	}
	location := sarif.NewLocation().
		WithPhysicalLocation(sarif.NewPhysicalLocation().
			WithArtifactLocation(sarif.NewArtifactLocation().WithURI(fileURI(finding.File))).WithRegion(region)).
		WithLogicalLocations([]*sarif.LogicalLocation{object})
	result := sarif.NewRuleResult(finding.Rule).
		WithLevel(sarifLevels[finding.Severity]).
		WithMessage(sarif.NewTextMessage(finding.Message)).
		WithLocations([]*sarif.Location{location}).
		WithPartialFingerprints(map[string]string{sarifFingerprint: s.seen.unique(finding.Fingerprint)})
	result.RuleIndex = s.index(finding.Rule)
	return result
}

// fileURI writes the name of a file as a URI, relative to where Sluice runs unless it
// is absolute.
func fileURI(name string) string {
	name = path.Clean(filepath.ToSlash(name))
	if strings.HasPrefix(name, "/") {
		return (&url.URL{Scheme: "file", Path: name}).String()
	}
	return (&url.URL{Path: name}).String()
}

// index returns the place of a rule among the pages, to which it adds the page of one
// that is new.
func (s *SARIF) index(id string) int {
	at, known := s.indices[id]
	if !known {
		at = len(s.pages)
		s.indices[id] = at
		s.pages = append(s.pages, descriptor(id, s.rules(id)))
	}
	return at
}

// descriptor makes a SARIF rule of a rule's page.
func descriptor(id string, rule policies.Rule) *sarif.ReportingDescriptor {
	configuration := sarif.NewReportingConfiguration().WithLevel(sarifLevels[rule.Severity])
	page := sarif.NewReportingDescriptor().WithID(id).WithName(camel(id)).WithDefaultConfiguration(configuration)
	if rule.ID == "" {
		return page
	}
	tags := sarif.NewPropertyBag()
	tags.Add("tags", []string{rule.Group, "istio", "kafka"})
	text, markdown := help(&rule)
	page.WithShortDescription(multiformat(rule.Title, "")).
		WithFullDescription(multiformat(rule.Description, "")).
		WithHelp(multiformat(text, markdown)).
		WithProperties(tags)
	if rule.Source != "" {
		page.WithHelpURI(rule.Source)
	}
	return page
}

func multiformat(text, markdown string) *sarif.MultiformatMessageString {
	message := sarif.NewMultiformatMessageString().WithText(text)
	if markdown != "" {
		message.WithMarkdown(markdown)
	}
	return message
}

// camel writes an ID as SARIF wants the names of rules: mesh/host-port is MeshHostPort.
func camel(id string) string {
	var name strings.Builder
	for word := range strings.FieldsFuncSeq(id, func(r rune) bool { return r == '/' || r == '-' }) {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}

// help writes the page of a rule as text, and as Markdown.
func help(rule *policies.Rule) (text, markdown string) {
	var plain, marked strings.Builder
	for _, section := range []struct {
		heading, body string
		verbatim      bool
	}{
		{"", rule.Description, false}, {"What one sees", rule.Symptom, true}, {"Cause", rule.Cause, false},
		{"Fix", rule.Fix, false}, {"Versions", rule.Versions, false},
	} {
		if section.body == "" {
			continue
		}
		if section.heading != "" {
			fmt.Fprintf(&plain, "\n%s:\n", section.heading)
			fmt.Fprintf(&marked, "\n## %s\n\n", section.heading)
		}
		plain.WriteString(section.body + "\n")
		if section.verbatim {
			fmt.Fprintf(&marked, "```text\n%s\n```\n", section.body)
		} else {
			marked.WriteString(section.body + "\n")
		}
	}
	return plain.String(), marked.String()
}

// Flush writes what the run was, and the pages of the rules.
func (s *SARIF) Flush() error {
	if err := s.results.drain(s.to, openSARIF); err != nil {
		return err
	}
	driver := sarif.NewToolComponent().WithName("sluice").WithInformationURI("https://github.com/sluice-dev/sluice").WithVersion(s.version)
	if s.pages != nil {
		driver.WithRules(s.pages)
	}
	tool, err := encode(sarif.NewTool().WithDriver(driver), "      ")
	if err != nil {
		return err
	}
	invocations, err := encode([]*sarif.Invocation{sarif.NewInvocation().WithExecutionSuccessful(s.unusable == 0)}, "      ")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s,\n      \"invocations\": %s,\n      \"tool\": %s\n    }\n  ]\n}\n", s.results.end(), invocations, tool)
	_, err = out.WriteTo(s.to)
	return err
}
