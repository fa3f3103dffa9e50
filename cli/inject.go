package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/report"
)

// injection is one run of inject: its flags.
type injection struct {
	*app
	inPlace, diff, quiet bool
	output, report       string
}

func (a *app) inject() *cobra.Command {
	in := &injection{app: a}
	command := &cobra.Command{
		Use:   "inject FILE|DIR|-...",
		Short: "Write manifests as they would be admitted",
		Long: `Inject writes the manifests as Sluice's webhook would admit their pods: to standard
output, or into the files. What it does not change stays byte for byte as it was.
A report on standard error says what changed and what was left alone, and why.

A directory stands for the files below it with the extension yaml, yml or json; hidden
ones are left out, and links to directories are not followed. "-" is standard input.

Output (-o):
  yaml   the files in their own format, YAML or JSON, as one stream
  json   one List of all objects
  patch  an array of {"file", "object", "patch"}, each patch in RFC 6902

Exit code: 0 all is written; 1 a change could not be written into its file, which
the report shows as sluice/not-spliced; 2 wrong usage, or input that could not be
read. What could be read is written all the same.`,
		Example: `  # Look first: a diff, and the reasons
  sluice inject --diff manifests/

  # Change the files
  sluice inject --in-place manifests/

  # In a pipe, with what the cluster says of its namespaces and its mesh
  kubectl get namespaces -o yaml > namespaces.yaml
  kubectl -n istio-system get configmap istio -o yaml > mesh.yaml
  helm template my-kafka ./chart |
    sluice inject --context namespaces.yaml --context mesh.yaml - | kubectl apply -f -`,
		Args:              in.arguments,
		ValidArgsFunction: completeManifests,
		RunE:              running(in.run),
	}
	a.reviewFlags(command)
	flags := command.Flags()
	flags.BoolVar(&in.inPlace, "in-place", false, "write the changes into the files")
	flags.BoolVar(&in.diff, "diff", false, "write a unified diff instead of the manifests")
	flags.VarP(newChoice(&in.output, "yaml", "json", "patch"), "output", "o", "what to write: `yaml|json|patch`")
	flags.Var(newChoice(&in.report, "text", "json"), "report", "format of the report: `text|json`; json is as in check -o json, without findings")
	flags.BoolVarP(&in.quiet, "quiet", "q", false, "write no report")
	complete(command, "output", "yaml", "json", "patch")
	complete(command, "report", "text", "json")
	command.MarkFlagsMutuallyExclusive("in-place", "diff", "output")
	return command
}

// arguments checks the arguments before anything runs.
func (in *injection) arguments(command *cobra.Command, arguments []string) error {
	if in.inPlace && slices.Contains(arguments, standardInput) {
		return errors.New("--in-place cannot write into standard input")
	}
	return atLeastOneFile(command, arguments)
}

// sink writes what inject makes of the inputs.
type sink interface {
	write(*reviewed) error
	// end is called once, after the last write.
	end() error
}

func (in *injection) sink() sink {
	switch {
	case in.inPlace:
		return inPlace{}
	case in.diff:
		return &diff{to: in.stdout, style: in.outputStyle()}
	case in.output == "json":
		return newListOutput(in.stdout)
	case in.output == "patch":
		return newPatchOutput(in.stdout)
	default:
		return &stream{to: in.stdout}
	}
}

func (in *injection) reporter() report.Writer {
	switch {
	case in.quiet:
		return report.Nothing{}
	case in.report == "json":
		return report.NewJSON(in.stderr)
	default:
		return report.NewChanges(in.stderr, in.errorStyle())
	}
}

func (in *injection) run(ctx context.Context, arguments []string) error {
	inputs := in.inputs(arguments)
	review, problems, err := in.prepare(ctx, inputs)
	if err != nil {
		return err
	}
	review.request.Namespace = in.namespace
	review.request.SkipRules = true
	review.objects = in.output != "yaml"
	review.splice = !review.objects

	said := in.reporter()
	outcome := tally{app: in.app}
	outcome.count(problems)
	to := in.sink()
	err = review.run(ctx, inputs, func(result *reviewed) error {
		outcome.count(result.problems)
		err := to.write(result)
		if err != nil && in.inPlace {
			// The other files can still be written. Nothing was changed in this one.
			outcome.count([]error{err})
			return nil
		}
		if err != nil {
			return err
		}
		if result.unspliced > 0 {
			outcome.failed = true
		}
		return said.Write(result.report)
	})
	if err != nil {
		return err
	}
	if err := to.end(); err != nil {
		return err
	}
	if err := said.Flush(); err != nil {
		return err
	}
	return outcome.exit()
}
