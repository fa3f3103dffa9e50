package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"

	"github.com/sluice-dev/sluice/certs"
	"github.com/sluice-dev/sluice/identity/keeper"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
)

// Options are what a server needs to know.
type Options struct {
	// Listen is the address of the two handlers, as in ":9443".
	Listen string
	// CertificateFile and KeyFile hold the server's certificate and key as PEM. They
	// are read again when they change. Without them the server keeps certificates of
	// its own.
	CertificateFile, KeyFile string
	// Certificates say where the server keeps certificates of its own.
	Certificates certs.Options
	// MetricsListen is the address of /metrics, over plain HTTP; empty for none.
	MetricsListen string
	// HealthListen is the address of /healthz and /readyz; empty for none.
	HealthListen string
	// Kubeconfig is the file that says how to reach the cluster. Empty stands for
	// $KUBECONFIG and ~/.kube/config, or inside a pod for its service account.
	Kubeconfig string
	// Namespace is where the server itself runs; objects there are left alone. Empty
	// when it runs outside the cluster.
	Namespace string
	// IdentityNamespaces are those in which the server keeps the Secret by which brokers
	// believe their proxies.
	IdentityNamespaces []string
	// Settings are the person's decisions.
	Settings settings.Settings
	// Drain is how long the server goes on answering after it was told to stop, and is
	// no longer ready: until every API server has heard of that, new pods would pass
	// without their patch.
	Drain time.Duration
	// Logger receives everything, also from the libraries.
	Logger *slog.Logger
}

// reachTimeout bounds the first question to the API server.
const reachTimeout = 10 * time.Second

// Run serves until the context ends, and then drains. An error says what kept the
// server from starting or made it stop.
func Run(ctx context.Context, options *Options) error {
	host, port, err := splitListen(options.Listen)
	if err != nil {
		return err
	}
	var presented certificates
	own := options.CertificateFile == "" && options.KeyFile == ""
	if !own {
		if presented, err = watchCertificate(options.CertificateFile, options.KeyFile); err != nil {
			return err
		}
	}
	config, err := ClientConfig(options.Kubeconfig)
	if err != nil {
		return err
	}
	var m manager.Manager
	if own {
		if presented, err = ownCertificates(config, options, func(reason, message string) { warn(m, options, reason, message) }); err != nil {
			return err
		}
	}
	logger := logr.FromSlogHandler(options.Logger.Handler())
	ctrllog.SetLogger(logger)
	klog.SetSlogLogger(options.Logger)
	// net/http's servers report failed handshakes there.
	slog.SetDefault(options.Logger)

	server := ctrlwebhook.NewServer(ctrlwebhook.Options{Host: host, Port: port, TLSOpts: []func(*tls.Config){func(c *tls.Config) {
		c.GetCertificate = presented.GetCertificate
		// Every API server that is still supported speaks it.
		c.MinVersion = tls.VersionTLS13
		// The API server calls webhooks over HTTP/1.1, to reach all replicas. Nobody
		// needs HTTP/2 here, nor its ways to keep a server busy.
		c.NextProtos = []string{"http/1.1"}
	}}})
	if err := reach(ctx, config); err != nil {
		return err
	}
	if m, err = newManager(config, server, logger, options); err != nil {
		return fmt.Errorf("preparing the server: %w", err)
	}
	around, err := surroundings.NewCluster(config, options.Settings.Mesh.RootNamespace, options.Logger)
	if err == nil {
		err = m.Add(around)
	}
	if err != nil {
		return err
	}

	if len(options.IdentityNamespaces) > 0 {
		secrets, err := keeper.New(config, options.IdentityNamespaces, options.Logger)
		if err == nil {
			err = m.Add(secrets)
		}
		if err != nil {
			return err
		}
	}

	counted := NewMetrics()
	told := both{counted, presented.Collector()}
	if err := metrics.Registry.Register(told); err != nil {
		return err
	}
	defer metrics.Registry.Unregister(told)
	reviewer := pipeline.New(options.Settings, surroundings.WithSettings(around, options.Settings.Mesh))
	admission := NewAdmission(reviewer, options.Namespace, counted, options.Logger)
	admission.TellOwners(m.GetEventRecorder("sluice"))
	// A manager runs its webhook server only if somebody asks for it.
	handlers := m.GetWebhookServer()
	var draining atomic.Bool
	handlers.Register(MutatePath, leaving(&draining, admission.MutateHandler()))
	handlers.Register(ValidatePath, leaving(&draining, admission.ValidateHandler()))

	if err := addChecks(m, map[string]func(*http.Request) error{
		"namespaces":  truth(around.Synced, "the namespaces have not been read yet"),
		"certificate": func(*http.Request) error { return presented.Check() },
		"server":      server.StartedChecker(),
		"draining":    truth(func() bool { return !draining.Load() }, "the server was told to stop"),
	}); err != nil {
		return err
	}

	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() {
		draining.Store(true)
		options.Logger.Info("draining", "for", options.Drain)
		time.AfterFunc(options.Drain, stop)
	})()
	go func() {
		if err := presented.Start(serving); err != nil {
			options.Logger.Error("nobody looks after the certificate any more", "error", err)
		}
	}()
	options.Logger.Info("serving", "listen", options.Listen, "metrics", options.MetricsListen, "health", options.HealthListen, "cluster", config.Host)
	return m.Start(serving)
}

// warn leaves an event at the Secret with the certificates: what needs a person.
func warn(m manager.Manager, options *Options, reason, message string) {
	kept := options.Certificates.Secret
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: kept.Namespace, Name: kept.Name}}
	m.GetEventRecorder("sluice").Eventf(secret, nil, corev1.EventTypeWarning, reason, "LookAfterCertificates", "%s", message)
}

// reach asks the API server which versions it has, which shows in one answer whether
// the address, its certificate and our credentials are right.
func reach(ctx context.Context, config *rest.Config) error {
	asking, err := discovery.NewDiscoveryClientForConfig(config)
	if err == nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, reachTimeout)
		defer cancel()
		err = asking.RESTClient().Get().AbsPath("/api").Do(ctx).Error()
	}
	if err != nil {
		return fmt.Errorf("asking the cluster at %s: %w; see what --kubeconfig, or in a pod the service account, says", config.Host, err)
	}
	return nil
}

// newManager returns a manager with the servers and the cache, none of them started.
func newManager(config *rest.Config, server ctrlwebhook.Server, logger logr.Logger, options *Options) (manager.Manager, error) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	// To the metrics server an empty address is port 8080, and 0 is none.
	metricsListen := options.MetricsListen
	if metricsListen == "" {
		metricsListen = "0"
	}
	return manager.New(config, manager.Options{
		Scheme:                 scheme,
		Logger:                 logger,
		WebhookServer:          server,
		Metrics:                metricsserver.Options{BindAddress: metricsListen},
		HealthProbeBindAddress: options.HealthListen,
		// The surroundings watch for themselves. What anybody else reads through the
		// manager is a mistake, and must not become a watch that nobody granted.
		Cache: cache.Options{ReaderFailOnMissingInformer: true},
	})
}

// addChecks adds the readiness checks, and one for liveness that only says that the
// process answers: no restart brings back an API server or a certificate.
func addChecks(m manager.Manager, ready map[string]func(*http.Request) error) error {
	for name, check := range ready {
		if err := m.AddReadyzCheck(name, check); err != nil {
			return err
		}
	}
	return m.AddHealthzCheck("process", func(*http.Request) error { return nil })
}

// leaving asks clients that come over a connection of theirs while the server drains
// to use another one from then on. Those that are not told would send their next
// request when the server closes what is idle, and lose it.
func leaving(draining *atomic.Bool, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if draining.Load() {
			w.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(w, r)
	})
}

// truth makes a check of a question.
func truth(holds func() bool, otherwise string) func(*http.Request) error {
	return func(*http.Request) error {
		if !holds() {
			return errors.New(otherwise)
		}
		return nil
	}
}

// ClientConfig reads how to reach the cluster: from a file, or where that is empty from
// $KUBECONFIG, ~/.kube/config or the service account of a pod.
func ClientConfig(kubeconfig string) (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = kubeconfig
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{}).ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, errors.New("no cluster is known: run inside a pod, or name a kubeconfig with --kubeconfig or $KUBECONFIG")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return config, nil
}

// splitListen reads an address such as ":9443".
func splitListen(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("the address to listen on is %q; write [host]:port with a port from 1 to 65535", listen)
	}
	return host, port, nil
}
