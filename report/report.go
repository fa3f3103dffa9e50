// Package report writes what Sluice says: one file per format. A writer takes the
// results of one input file after the other and streams what it can.
package report

import (
	"cmp"
	"slices"

	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
)

// Writer writes the results of a run.
type Writer interface {
	// Write takes the results of one input file, in the order of the input.
	Write(File) error
	// Flush ends the report. Nothing may be written after it.
	Flush() error
}

// File is what came of one input file.
type File struct {
	// Name is how messages call the file.
	Name string
	// Line returns the source line of a place in this or another file, without its end;
	// it is empty where that cannot be read. nil reads nothing.
	Line func(at verdict.Location) string
	// Objects are the objects of the file, in their order.
	Objects []Object
	// Unusable counts the documents, or the file itself, that could not be read.
	Unusable int
}

// findings returns the findings of an object as a reader meets them who goes through
// the file from top to bottom.
func (o *Object) findings() []verdict.Finding {
	findings := slices.Clone(o.Verdict.Findings)
	slices.SortStableFunc(findings, func(a, b verdict.Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return findings
}

// placeOf says of which object, and of what in it, a finding speaks.
func placeOf(finding *verdict.Finding) string {
	return finding.Object.String() + ", " + finding.Where()
}

// Rules finds the page of a rule; that of an unknown one is empty.
type Rules func(id string) policies.Rule

// Object is what came of one object.
type Object struct {
	Object verdict.Object
	// Recognised is false for an object that is none of Sluice's business.
	Recognised bool
	Verdict    verdict.Verdict
}

// Summary counts what a report has said.
type Summary struct {
	Files      int `json:"files"`
	Objects    int `json:"objects"`
	Recognised int `json:"recognised"`
	// Changes counts what was changed, Shadow what was only computed.
	Changes int `json:"changes"`
	Shadow  int `json:"shadow"`
	// Skips counts all that was left alone, Settled those among them for which
	// nothing was left to do.
	Skips   int `json:"skips"`
	Settled int `json:"settled"`
	// Findings are counted by severity; each severity has a number.
	Findings map[verdict.Severity]int `json:"findings"`
	// Unusable counts the documents and files that could not be read.
	Unusable int `json:"unusable"`
}

// NewSummary returns a summary of nothing, in which each severity has its zero.
func NewSummary() Summary {
	counts := map[verdict.Severity]int{}
	for _, severity := range verdict.Severities() {
		counts[severity] = 0
	}
	return Summary{Findings: counts}
}

// Add counts the results of one file.
func (s *Summary) Add(file File) {
	s.Files++
	s.Unusable += file.Unusable
	for i := range file.Objects {
		s.Objects++
		if file.Objects[i].Recognised {
			s.Recognised++
		}
		s.add(&file.Objects[i].Verdict)
	}
}

func (s *Summary) add(said *verdict.Verdict) {
	for _, change := range said.Changes {
		if change.Shadow {
			s.Shadow++
		} else {
			s.Changes++
		}
	}
	for _, skip := range said.Skips {
		s.Skips++
		if skip.Reason.Settled() {
			s.Settled++
		}
	}
	for _, finding := range said.Findings {
		s.Findings[finding.Severity]++
	}
}
