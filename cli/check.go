package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/verdict"
)

// checking is one run of check: its flags.
type checking struct {
	*app
	asWritten bool
	failOn    string
	outputs   outputFlag
}

// never is the value of --fail-on that makes no finding fail the command.
const never = "never"

func (a *app) check() *cobra.Command {
	c := &checking{app: a}
	command := &cobra.Command{
		Use:   "check FILE|DIR|-...",
		Short: "Judge what would run once admitted",
		Long: `Check applies to each manifest, in memory, what Sluice's webhook would change, and
judges the result by rules. With --as-written it judges the manifest as it is.

A directory stands for the files below it with the extension yaml, yml or json; hidden
ones are left out, and links to directories are not followed. "-" is standard input.

Reports (-o), of which several may be written in one run, one of them to standard
output:
  text      for people, with the source line
  json      all that is known: findings, changes and skips
  sarif     for code scanning, with the page of each rule
  junit     for CI servers; what is at or above --fail-on is a test that failed
  github    workflow commands, which GitHub Actions shows in the pull request
  gitlab    GitLab's code quality report
  markdown  for a comment or the summary of a job; it shows 100 findings at most

The settings say what becomes of findings at admission: deny, warn, audit or off. What
would be refused fails the run whatever its severity; what is only recorded (audit) is
shown, and does not.

Exit code: 0 nothing found at or above --fail-on; 1 findings at or above it; 2 wrong
usage, or input that could not be read. What could be read is judged all the same.`,
		Example: `  # What a chart would run with
  helm template my-kafka ./chart | sluice check -

  # The manifests as they are, without Sluice in the cluster
  sluice check --as-written manifests/

  # For a program; warnings fail it, too
  sluice check -o json --fail-on warning manifests/ > report.json

  # In CI: for the log, and for code scanning
  sluice check -o text -o sarif=sluice.sarif manifests/`,
		Args:              atLeastOneFile,
		ValidArgsFunction: completeManifests,
		RunE:              running(c.run),
	}
	a.reviewFlags(command)
	flags := command.Flags()
	flags.BoolVar(&c.asWritten, "as-written", false, "judge the manifests as they are, without Sluice's changes")
	severities := []string{string(verdict.Error), string(verdict.Warning), string(verdict.Info), never}
	flags.Var(newChoice(&c.failOn, severities...), "fail-on", "least severity that makes the exit code 1: `error|warning|info|never`")
	flags.VarP(&c.outputs, "output", "o", "report to write, text by default: `FORMAT` or FORMAT=FILE; repeatable")
	complete(command, "fail-on", severities...)
	complete(command, "output", formatNames()...)
	return command
}

func (c *checking) run(ctx context.Context, arguments []string) (failed error) {
	inputs := c.inputs(arguments)
	review, problems, err := c.prepare(ctx, inputs)
	if err != nil {
		return err
	}
	review.request.Namespace = c.namespace
	review.request.SkipMutators = c.asWritten

	said, err := c.openReports(inputs)
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, said.close()) }()
	outcome, shared, sources := tally{app: c.app}, shared{}, sources{app: c.app}
	outcome.count(problems)
	err = review.run(ctx, inputs, func(result *reviewed) error {
		outcome.count(result.problems)
		shared.sayOnce(result.report)
		outcome.failed = outcome.failed || c.fails(result.report)
		result.report.Line = sources.of(result)
		return said.Write(result.report)
	})
	if err != nil {
		return err
	}
	if err := said.Flush(); err != nil {
		return err
	}
	return outcome.exit()
}

// shared are the findings about what surrounds workloads, such as a Service for two of
// them.
type shared map[verdict.Finding]bool

// sayOnce leaves out those that another workload had.
func (s shared) sayOnce(file report.File) {
	for i := range file.Objects {
		own := file.Objects[i].Object
		said := &file.Objects[i].Verdict
		said.Findings = slices.DeleteFunc(said.Findings, func(finding verdict.Finding) bool {
			known := s[finding]
			s[finding] = known || finding.Object != own
			return known
		})
	}
}

// fails reports whether a file has a finding that makes the exit code 1.
func (c *checking) fails(file report.File) bool {
	for i := range file.Objects {
		findings := file.Objects[i].Verdict.Findings
		for j := range findings {
			if c.counts(&findings[j]) {
				return true
			}
		}
	}
	return false
}
