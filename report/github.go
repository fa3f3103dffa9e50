package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/sluice-dev/sluice/verdict"
)

// GitHub writes findings as workflow commands, which GitHub Actions shows at the lines
// of a pull request. It shows ten of each kind per step; the log has all.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
type GitHub struct {
	to    io.Writer
	rules Rules
}

// NewGitHub returns a writer of workflow commands.
func NewGitHub(to io.Writer, rules Rules) *GitHub { return &GitHub{to, rules} }

// gitHubLevels are the commands.
var gitHubLevels = map[verdict.Severity]string{verdict.Error: "error", verdict.Warning: "warning", verdict.Info: "notice"}

// What is escaped in the text of a command, and in its properties.
var (
	gitHubText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// Write writes a command for each finding of one file.
func (g *GitHub) Write(file File) error {
	var out bytes.Buffer
	for i := range file.Objects {
		findings := file.Objects[i].findings()
		for j := range findings {
			g.finding(&out, &findings[j])
		}
	}
	_, err := out.WriteTo(g.to)
	return err
}

func (g *GitHub) finding(out *bytes.Buffer, finding *verdict.Finding) {
	text := finding.Message + "\n" + placeOf(finding)
	if fix := g.rules(finding.Rule).Fix; fix != "" {
		text += "\nfix: " + fix
	}
	fmt.Fprintf(out, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", gitHubLevels[finding.Severity],
		gitHubProperty.Replace(finding.File), finding.Line, finding.Column, gitHubProperty.Replace(finding.Rule), gitHubText.Replace(text))
}

// Flush does nothing: GitHub counts.
func (g *GitHub) Flush() error { return nil }
