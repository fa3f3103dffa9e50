package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/sluice-dev/sluice/verdict"
)

// JUnit writes findings as the XML of JUnit, which CI servers show as tests: a suite for
// each file, a test that failed for each finding that fails the run, and one that passed
// for each object of which nothing fails.
type JUnit struct {
	to    io.Writer
	rules Rules
	fails func(*verdict.Finding) bool
	begun bool
}

// NewJUnit returns a writer of JUnit's XML. fails tells which finding makes its test
// fail; what else is found is told in the output of a test that passed.
func NewJUnit(to io.Writer, rules Rules, fails func(*verdict.Finding) bool) *JUnit {
	return &JUnit{to: to, rules: rules, fails: fails}
}

// Write writes the suite of one file, if it has objects that were judged or could not
// be read.
func (j *JUnit) Write(file File) error {
	var out bytes.Buffer
	j.begin(&out)
	suite := junit.Testsuite{Name: printable(file.Name), Time: "0"}
	for i := range file.Objects {
		if file.Objects[i].Recognised {
			j.object(&suite, &file.Objects[i])
		}
	}
	for range file.Unusable {
		suite.AddTestcase(junit.Testcase{Name: "is readable", Classname: suite.Name, Error: &junit.Result{
			Message: "a document could not be read; standard error says why", Type: "unusable",
		}})
	}
	if suite.Tests > 0 {
		encoder := xml.NewEncoder(&out)
		encoder.Indent("  ", "  ")
		if err := encoder.EncodeElement(suite, xml.StartElement{Name: xml.Name{Local: "testsuite"}}); err != nil {
			return err
		}
		out.WriteByte('\n')
	}
	_, err := out.WriteTo(j.to)
	return err
}

func (j *JUnit) begin(out *bytes.Buffer) {
	if !j.begun {
		j.begun = true
		out.WriteString(xml.Header + "<testsuites name=\"sluice check\">\n")
	}
}

func (j *JUnit) object(suite *junit.Testsuite, object *Object) {
	failed := false
	var said strings.Builder
	findings := object.findings()
	for i := range findings {
		finding := &findings[i]
		at := fmt.Sprintf("%s:%d:%d: %s", finding.File, finding.Line, finding.Column, finding.Severity)
		text := at + ": " + finding.Message + " [" + finding.Rule + "]\n" + placeOf(finding) + "\n"
		if !j.fails(finding) {
			said.WriteString(text)
			continue
		}
		failed = true
		if fix := j.rules(finding.Rule).Fix; fix != "" {
			text += "fix: " + fix + "\n"
		}
		suite.AddTestcase(junit.Testcase{
			Name: printable(finding.Rule + ", " + placeOf(finding)), Classname: suite.Name,
			Failure: &junit.Result{Message: printable(finding.Message), Type: string(finding.Severity), Data: printable(text)},
		})
	}
	if failed && said.Len() == 0 {
		return
	}
	test := junit.Testcase{Name: printable(object.Object.String()), Classname: suite.Name}
	if said.Len() > 0 {
		test.SystemOut = &junit.Output{Data: printable(said.String())}
	}
	suite.AddTestcase(test)
}

// printable replaces what XML cannot hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Flush ends the document.
func (j *JUnit) Flush() error {
	var out bytes.Buffer
	j.begin(&out)
	out.WriteString("</testsuites>\n")
	_, err := out.WriteTo(j.to)
	return err
}
