package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/webhook"
)

func (a *app) verify() *cobra.Command {
	var kubeconfig, namespace string
	var wait time.Duration
	command := &cobra.Command{
		Use:   "verify",
		Short: "Ask a cluster whether the webhook answers",
		Long: `Verify asks the API server for a ZooKeeper pod, in a dry run that creates nothing, and
says what the webhook did with it. It exits with 1 if the webhook did not see the pod.`,
		Example: `  # In the namespace that is to have Kafka
  sluice verify --namespace kafka

  # Right after the installation
  sluice verify --wait 60s`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(ctx context.Context, _ []string) error {
			verified, err := webhook.Verify(ctx, kubeconfig, namespace, wait)
			if err != nil {
				return &exitError{exitFindings, err}
			}
			return a.showVerified(namespace, &verified)
		}),
	}
	flags := command.Flags()
	flags.StringVarP(&namespace, "namespace", "n", "default", "`NAMESPACE` of the pod; one that is not excluded")
	flags.DurationVar(&wait, "wait", 0, "how long to try again while nobody answers")
	flags.StringVar(&kubeconfig, "kubeconfig", "", "`FILE` that says how to reach the cluster")
	_ = command.MarkFlagFilename("kubeconfig")
	return command
}

func (a *app) showVerified(namespace string, verified *webhook.Verified) error {
	_, err := fmt.Fprintf(a.stdout, "%s Sluice sees the pods of namespace %s.\n", a.outputStyle().Good("ok:"), namespace)
	for code := range strings.SplitSeq(verified.Summary, ",") {
		if err == nil && code != "" {
			_, err = fmt.Fprintln(a.stdout, "  "+code)
		}
	}
	for _, warning := range verified.Warnings {
		if err == nil {
			_, err = fmt.Fprintln(a.stdout, "  "+warning)
		}
	}
	return err
}
