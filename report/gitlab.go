package report

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/sluice-dev/sluice/verdict"
)

// GitLab writes findings as GitLab's code quality report, an array of issues.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
type GitLab struct {
	to     io.Writer
	issues list
	seen   repeats
}

// NewGitLab returns a writer of a code quality report.
func NewGitLab(to io.Writer) *GitLab { return &GitLab{to: to, seen: repeats{}} }

// issue is one finding as GitLab reads it.
type issue struct {
	Description string           `json:"description"`
	CheckName   string           `json:"check_name"`
	Fingerprint string           `json:"fingerprint"`
	Severity    string           `json:"severity"`
	Location    codeQualityPlace `json:"location"`
}

type codeQualityPlace struct {
	Path  string           `json:"path"`
	Lines codeQualityLines `json:"lines"`
}

type codeQualityLines struct {
	Begin int `json:"begin"`
}

// gitLabSeverities are those of GitLab. The two above major are for what stops a
// business.
var gitLabSeverities = map[verdict.Severity]string{verdict.Error: "major", verdict.Warning: "minor", verdict.Info: "info"}

// repeats tells findings apart that share a fingerprint.
type repeats map[string]int

// unique returns the fingerprint, from the second time on with how often it was there.
func (r repeats) unique(fingerprint string) string {
	r[fingerprint]++
	if n := r[fingerprint]; n > 1 {
		return fmt.Sprintf("%s-%d", fingerprint, n)
	}
	return fingerprint
}

// Write writes the findings of one file.
func (g *GitLab) Write(file File) error {
	for i := range file.Objects {
		findings := file.Objects[i].findings()
		for j := range findings {
			finding := &findings[j]
			// GitLab takes one of several with the same fingerprint.
			if err := g.issues.add(issue{
				Description: finding.Message, CheckName: finding.Rule, Fingerprint: g.seen.unique(finding.Fingerprint),
				Severity: gitLabSeverities[finding.Severity],
				Location: codeQualityPlace{filepath.ToSlash(filepath.Clean(finding.File)), codeQualityLines{max(finding.Line, 1)}},
			}); err != nil {
				return err
			}
		}
	}
	return g.issues.drain(g.to, "[")
}

// Flush ends the array.
func (g *GitLab) Flush() error {
	if err := g.issues.drain(g.to, "["); err != nil {
		return err
	}
	_, err := io.WriteString(g.to, g.issues.end()+"\n")
	return err
}
