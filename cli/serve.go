package cli

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/certs"
	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/webhook"
)

// defaultDrain is longer than API servers take to hear that a server is no longer
// ready, and shorter than the default grace period of a pod.
const defaultDrain = 10 * time.Second

func (a *app) serve() *cobra.Command {
	var options webhook.Options
	var format, level, service, image string
	var authorityLife, leafLife time.Duration
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run the admission webhook",
		Long: `Serve runs the admission webhook: /mutate patches pods when they are created and
/validate judges workloads, over TLS; /healthz, /readyz and /metrics are plain HTTP
on ports of their own. It stops on SIGINT and SIGTERM, after it has drained.

It looks after its certificates itself: they are in a Secret of its namespace, which
all replicas share and renew, and it tells the API server to trust them, in the
caBundle of its webhook configurations. With --cert and --key somebody else does.`,
		Example: `  # In a pod whose namespace is in $POD_NAMESPACE
  sluice serve --settings /config/settings.yaml

  # In a pod, with a certificate that cert-manager renews
  sluice serve --cert /certs/tls.crt --key /certs/tls.key

  # Outside the cluster of the current kubeconfig, with readable logs
  sluice serve --namespace sluice-system --host 192.0.2.1 --log-format text`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		PreRunE: func(*cobra.Command, []string) error {
			switch files := options.CertificateFile != "" || options.KeyFile != ""; {
			case files && (options.CertificateFile == "" || options.KeyFile == ""):
				return errors.New("a certificate is of no use without its key: name both, --cert and --key, or neither")
			case !files && options.Namespace == "":
				return errors.New("name the namespace that keeps the certificates with --namespace or $POD_NAMESPACE, or a certificate of your own with --cert and --key")
			}
			return nil
		},
		RunE: running(func(ctx context.Context, _ []string) error {
			settings, err := a.settings()
			if err != nil {
				return err
			}
			settings.Identity.Image = cmp.Or(settings.Identity.Image, image)
			options.Settings = settings
			options.Certificates.Secret.Namespace = options.Namespace
			options.Certificates.Service = service
			options.Certificates.Names = append(options.Certificates.Names, service+"."+options.Namespace+".svc")
			options.Certificates.Lifetimes = certs.LifetimesOf(authorityLife, leafLife)
			options.Logger = a.logger(format, level)
			return webhook.Run(ctx, &options)
		}),
	}
	flags := command.Flags()
	flags.StringVar(&options.Listen, "listen", ":9443", "`ADDRESS` of the webhook")
	flags.StringVar(&options.CertificateFile, "cert", "", "`FILE` with the certificate, PEM; read again when it changes; without it the server looks after its own")
	flags.StringVar(&options.KeyFile, "key", "", "`FILE` with the certificate's key, PEM; read again when it changes")
	kept := &options.Certificates
	flags.StringVar(&kept.Secret.Name, "certificate-secret", "sluice-certificates", "`NAME` of the Secret with the server's own certificates")
	flags.StringVar(&service, "service", "sluice", "`NAME` of the Service by which API servers call, for which the server's own certificate is")
	flags.StringArrayVar(&kept.Names, "host", nil, "another `NAME` or address for which the server's own certificate is; repeatable")
	flags.StringVar(&kept.MutatingConfiguration, "mutating-configuration", webhook.MutatingName, "`NAME` of the MutatingWebhookConfiguration whose caBundle the server keeps")
	flags.StringVar(&kept.ValidatingConfiguration, "validating-configuration", webhook.ValidatingName, "`NAME` of the ValidatingWebhookConfiguration whose caBundle the server keeps")
	lives := certs.DefaultLifetimes
	flags.DurationVar(&authorityLife, "ca-lifetime", lives.Authority, "how long the server's own authorities are valid; renewed after two thirds")
	flags.DurationVar(&leafLife, "cert-lifetime", lives.Leaf, "how long the server's own certificates are valid; renewed after two thirds")
	flags.StringVar(&options.MetricsListen, "metrics", ":8080", "`ADDRESS` of /metrics; empty for none")
	flags.StringVar(&options.HealthListen, "health", ":8081", "`ADDRESS` of /healthz and /readyz; empty for none")
	flags.StringVar(&options.Kubeconfig, "kubeconfig", "", "`FILE` that says how to reach the cluster; in a pod the service account does")
	flags.StringVar(&options.Namespace, "namespace", os.Getenv("POD_NAMESPACE"), "`NAMESPACE` of the server itself, which it leaves alone; default $POD_NAMESPACE")
	flags.DurationVar(&options.Drain, "drain", defaultDrain, "how long to go on answering after being told to stop")
	flags.Var(newChoice(&format, "json", "text"), "log-format", "format of the logs: `json|text`")
	flags.Var(newChoice(&level, "info", "debug", "warn", "error"), "log-level", "least level to log: `debug|info|warn|error`")
	flags.StringVar(&image, "image", "", "`IMAGE` of the server itself, which holds what is brought to pods, where the settings name none")
	flags.StringArrayVar(&options.IdentityNamespaces, "identity-namespace", nil, "`NAMESPACE` of brokers in which the server keeps the Secret "+identity.SecretName+"; repeatable")
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
