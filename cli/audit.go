package cli

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/audit"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/webhook"
)

// looking is how commands that look at a cluster reach it.
type looking struct {
	kubeconfig string
	names      audit.Names
}

// lookingFlags adds the flags of the commands that look at a cluster.
func (a *app) lookingFlags(command *cobra.Command, l *looking) {
	a.settingsFlag(command)
	flags := command.Flags()
	flags.StringVar(&l.kubeconfig, "kubeconfig", "", "`FILE` that says how to reach the cluster")
	flags.StringVar(&l.names.MutatingConfiguration, "mutating-configuration", webhook.MutatingName, "`NAME` of Sluice's MutatingWebhookConfiguration")
	flags.StringVar(&l.names.ValidatingConfiguration, "validating-configuration", webhook.ValidatingName, "`NAME` of Sluice's ValidatingWebhookConfiguration")
	_ = command.MarkFlagFilename("kubeconfig")
}

// podsFlag adds the flag of those that look at pods.
func (l *looking) podsFlag(command *cobra.Command) {
	command.Flags().StringSliceVarP(&l.names.Namespaces, "namespace", "n", nil, "look at the pods of this `NAMESPACE` only; may be repeated")
}

// look reads the cluster.
func (l *looking) look(ctx context.Context, rootNamespace string) (*audit.Cluster, error) {
	config, err := webhook.ClientConfig(l.kubeconfig)
	if err != nil {
		return nil, err
	}
	l.names.RootNamespace = rootNamespace
	return audit.Read(ctx, config, l.names)
}

func (a *app) audit() *cobra.Command {
	var l looking
	var output, failOn string
	command := &cobra.Command{
		Use:   "audit",
		Short: "Judge the Kafka and ZooKeeper pods that run in a cluster",
		Long: `Audit looks at what runs in a cluster and judges it by the same rules as check: pods
that should have a sidecar and have none, pods that were created while the webhook was
away or that its configuration leaves out, other webhooks that may undo what it did, the
sum of all time-outs, and Istio's version and mode for each namespace.

It needs the right to list pods, namespaces, webhook configurations and, where istiod
runs, Deployments and ConfigMaps; to get ConfigMaps that pods name; and writes nothing.
As kubectl-sluice on $PATH the program is a plugin: kubectl sluice audit.`,
		Example: `  # What is wrong in the cluster of the current kubeconfig
  sluice audit

  # A page for the people who run Kafka in two namespaces
  sluice audit -n streams -n events -o html > audit.html`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(ctx context.Context, _ []string) error {
			settings, err := a.settings()
			if err != nil {
				return err
			}
			cluster, err := l.look(ctx, settings.Mesh.RootNamespace)
			if err != nil {
				return err
			}
			report, err := audit.Audit(ctx, cluster, settings)
			if err != nil {
				return err
			}
			if err := a.writeAudit(report, output); err != nil {
				return err
			}
			if worst, ok := report.Worst(); ok && failOn != never && worst.AtLeast(verdict.Severity(failOn)) {
				return &exitError{code: exitFindings}
			}
			return nil
		}),
	}
	a.lookingFlags(command, &l)
	l.podsFlag(command)
	command.Flags().VarP(newChoice(&output, "text", "json", "html"), "output", "o", "format of the report: `text|json|html`")
	severities := []string{string(verdict.Error), string(verdict.Warning), string(verdict.Info), never}
	command.Flags().Var(newChoice(&failOn, severities...), "fail-on", "least severity that makes the exit code 1: `error|warning|info|never`")
	complete(command, "output", "text", "json", "html")
	complete(command, "fail-on", severities...)
	return command
}

func (a *app) writeAudit(report *audit.Report, output string) error {
	switch output {
	case "json":
		return writeJSON(a.stdout, report)
	case "html":
		return report.WriteHTML(a.stdout)
	default:
		return report.WriteText(a.stdout, a.outputStyle())
	}
}

func writeJSON(to io.Writer, value any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func (a *app) plan() *cobra.Command {
	var l looking
	var output string
	command := &cobra.Command{
		Use:   "plan",
		Short: "Say which running pods a restart would change, and in which order to restart",
		Long: `Plan compares the pods that run with what the webhook would make of their templates,
and lists the workloads to restart in a safe order: ZooKeeper first, then controllers,
then brokers, one voter at a time. It restarts nothing, and says how to go back.

Changes that shadow mode holds back are in the plan too, and marked.`,
		Example: `  # Before and after enforcing
  sluice plan

  # For a script, of one namespace
  sluice plan -n streams -o json`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(ctx context.Context, _ []string) error {
			settings, err := a.settings()
			if err != nil {
				return err
			}
			cluster, err := l.look(ctx, settings.Mesh.RootNamespace)
			if err != nil {
				return err
			}
			plan, err := audit.MakePlan(ctx, cluster, settings)
			if err != nil {
				return err
			}
			if output == "json" {
				return writeJSON(a.stdout, plan)
			}
			return plan.WriteText(a.stdout, a.outputStyle())
		}),
	}
	a.lookingFlags(command, &l)
	l.podsFlag(command)
	command.Flags().VarP(newChoice(&output, "text", "json"), "output", "o", "format of the plan: `text|json`")
	complete(command, "output", "text", "json")
	return command
}

func (a *app) context() *cobra.Command {
	command := &cobra.Command{
		Use:   "context",
		Short: "Look at what lies around objects",
		Args:  cobra.NoArgs,
	}
	command.AddCommand(a.contextExport())
	return command
}

func (a *app) contextExport() *cobra.Command {
	var l looking
	command := &cobra.Command{
		Use:   "export",
		Short: "Write what reviews of files have to know of a cluster",
		Long: `Export writes, as YAML for --context, what a review of files has to know of a cluster:
the labels and annotations of its namespaces that Istio or Sluice read, and the mesh
configuration. Commit it, and pull requests are judged as the cluster would.`,
		Example: `  sluice context export > context.yaml
  sluice check --context context.yaml manifests/`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(ctx context.Context, _ []string) error {
			settings, err := a.settings()
			if err != nil {
				return err
			}
			cluster, err := l.look(ctx, settings.Mesh.RootNamespace)
			if err != nil {
				return err
			}
			return cluster.Export(ctx, a.stdout)
		}),
	}
	a.lookingFlags(command, &l)
	return command
}
