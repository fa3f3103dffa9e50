package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/webhook"
)

// defaultDrain is longer than API servers take to hear that a server is no longer
// ready, and shorter than the default grace period of a pod.
const defaultDrain = 10 * time.Second

func (a *app) serve() *cobra.Command {
	var options webhook.Options
	var format, level string
	command := &cobra.Command{
		Use:   "serve --cert FILE --key FILE",
		Short: "Run the admission webhook",
		Long: `Serve runs the admission webhook: /mutate patches pods when they are created and
/validate judges workloads, over TLS; /healthz, /readyz and /metrics are plain HTTP
on ports of their own. It stops on SIGINT and SIGTERM, after it has drained.`,
		Example: `  # In a pod, with the certificate from a Secret
  sluice serve --cert /certs/tls.crt --key /certs/tls.key --settings /config/settings.yaml

  # Against the cluster of the current kubeconfig, with readable logs
  sluice serve --cert tls.crt --key tls.key --log-format text`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		PreRunE: func(*cobra.Command, []string) error {
			if options.CertificateFile == "" || options.KeyFile == "" {
				return errors.New("the API server speaks TLS only: name its certificate with --cert and the key with --key")
			}
			return nil
		},
		RunE: running(func(ctx context.Context, _ []string) error {
			settings, err := a.settings()
			if err != nil {
				return err
			}
			options.Settings = settings
			options.Logger = a.logger(format, level)
			return webhook.Run(ctx, options)
		}),
	}
	flags := command.Flags()
	flags.StringVar(&options.Listen, "listen", ":9443", "`ADDRESS` of the webhook")
	flags.StringVar(&options.CertificateFile, "cert", "", "`FILE` with the certificate, PEM; read again when it changes")
	flags.StringVar(&options.KeyFile, "key", "", "`FILE` with the certificate's key, PEM; read again when it changes")
	flags.StringVar(&options.MetricsListen, "metrics", ":8080", "`ADDRESS` of /metrics; empty for none")
	flags.StringVar(&options.HealthListen, "health", ":8081", "`ADDRESS` of /healthz and /readyz; empty for none")
	flags.StringVar(&options.Kubeconfig, "kubeconfig", "", "`FILE` that says how to reach the cluster; in a pod the service account does")
	flags.StringVar(&options.Namespace, "namespace", os.Getenv("POD_NAMESPACE"), "`NAMESPACE` of the server itself, which it leaves alone; default $POD_NAMESPACE")
	flags.DurationVar(&options.Drain, "drain", defaultDrain, "how long to go on answering after being told to stop")
	flags.Var(newChoice(&format, "json", "text"), "log-format", "format of the logs: `json|text`")
	flags.Var(newChoice(&level, "info", "debug", "warn", "error"), "log-level", "least level to log: `debug|info|warn|error`")
	a.settingsFlag(command)
	_ = command.MarkFlagFilename("cert")
	_ = command.MarkFlagFilename("key")
	_ = command.MarkFlagFilename("kubeconfig")
	complete(command, "log-format", "json", "text")
	complete(command, "log-level", "debug", "info", "warn", "error")
	return command
}

// logger writes to standard error.
func (a *app) logger(format, level string) *slog.Logger {
	var least slog.Level
	// The flag accepts the names of levels only.
	_ = least.UnmarshalText([]byte(level))
	options := &slog.HandlerOptions{Level: least}
	if format == "text" {
		return slog.New(slog.NewTextHandler(a.stderr, options))
	}
	return slog.New(slog.NewJSONHandler(a.stderr, options))
}
