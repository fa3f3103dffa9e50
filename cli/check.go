package cli

import (
	"context"
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
	output    string
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

Exit code: 0 nothing found at or above --fail-on; 1 findings at or above it; 2 wrong
usage, or input that could not be read. What could be read is judged all the same.`,
		Example: `  # What a chart would run with
  helm template my-kafka ./chart | sluice check -

  # The manifests as they are, without Sluice in the cluster
  sluice check --as-written manifests/

  # For a program; warnings fail it, too
  sluice check -o json --fail-on warning manifests/ > report.json`,
		Args:              atLeastOneFile,
		ValidArgsFunction: completeManifests,
		RunE:              running(c.run),
	}
	a.reviewFlags(command)
	flags := command.Flags()
	flags.BoolVar(&c.asWritten, "as-written", false, "judge the manifests as they are, without Sluice's changes")
	severities := []string{string(verdict.Error), string(verdict.Warning), string(verdict.Info), never}
	flags.Var(newChoice(&c.failOn, severities...), "fail-on", "least severity that makes the exit code 1: `error|warning|info|never`")
	flags.VarP(newChoice(&c.output, "text", "json"), "output", "o", "format of the report: `text|json`")
	complete(command, "fail-on", severities...)
	complete(command, "output", "text", "json")
	return command
}

func (c *checking) run(ctx context.Context, arguments []string) error {
	inputs := c.inputs(arguments)
	review, problems, err := c.prepare(ctx, inputs)
	if err != nil {
		return err
	}
	review.request.Namespace = c.namespace
	review.request.SkipMutators = c.asWritten

	var said report.Writer = report.NewFindings(c.stdout, c.outputStyle(), fix)
	if c.output == "json" {
		said = report.NewJSON(c.stdout)
	}
	outcome, shared := tally{app: c.app}, shared{}
	outcome.count(problems)
	err = review.run(ctx, inputs, func(result *reviewed) error {
		outcome.count(result.problems)
		shared.sayOnce(result.report)
		outcome.failed = outcome.failed || c.fails(result.report)
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
	if c.failOn == never {
		return false
	}
	for i := range file.Objects {
		for _, finding := range file.Objects[i].Verdict.Findings {
			if finding.Severity.AtLeast(verdict.Severity(c.failOn)) {
				return true
			}
		}
	}
	return false
}
