// Package apiserver tests Sluice against a real kube-apiserver, etcd and
// kube-controller-manager. Their binaries are those in $KUBEBUILDER_ASSETS or in
// bin/assets, where "make test-assets" builds them.
package apiserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/sluice-dev/sluice/surroundings"
)

// meshNamespace is the mesh's root namespace, where its configuration is.
const meshNamespace = "istio-system"

// plane is the control plane that all tests share. Each test has namespaces of its
// own.
var plane *controlPlane

func TestMain(m *testing.M) {
	if os.Getenv(asSluice) != "" {
		os.Exit(runAsSluice())
	}
	if os.Getenv(asNothing) != "" {
		os.Exit(runAsNothing())
	}
	os.Exit(func() int {
		started, err := startControlPlane(nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		plane = started
		defer func() {
			if err := plane.stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}()
		return m.Run()
	}())
}

// controlPlane is a cluster without kubelets: pods are created and stay pending.
type controlPlane struct {
	environment *envtest.Environment
	config      *rest.Config
	client      client.Client
	// around are the surroundings as sluice serve has them.
	around *surroundings.Cluster

	controllers *exec.Cmd
	directory   string
	cancel      context.CancelFunc
}

// startControlPlane starts one with further flags of kube-apiserver.
func startControlPlane(flags map[string]string) (_ *controlPlane, err error) {
	log.SetLogger(logr.Discard())
	assets, err := assetsDirectory()
	if err != nil {
		return nil, err
	}
	server := &envtest.APIServer{Path: filepath.Join(assets, "kube-apiserver")}
	// envtest turns service accounts off, for want of a controller that makes them.
	// We have one, and the volume that each pod gets belongs to what Sluice reads.
	server.Configure().Disable("disable-admission-plugins")
	for name, value := range flags {
		server.Configure().Set(name, value)
	}
	p := &controlPlane{environment: &envtest.Environment{
		ControlPlane:             envtest.ControlPlane{APIServer: server, Etcd: &envtest.Etcd{Path: filepath.Join(assets, "etcd")}},
		ControlPlaneStartTimeout: time.Minute,
	}}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.stop())
		}
	}()
	if p.config, err = p.environment.Start(); err != nil {
		return nil, fmt.Errorf("starting kube-apiserver and etcd of %s: %w", assets, err)
	}
	if p.directory, err = os.MkdirTemp("", "sluice-apiserver-"); err != nil {
		return nil, err
	}
	if err := p.startControllers(assets); err != nil {
		return nil, fmt.Errorf("starting kube-controller-manager: %w", err)
	}
	if p.client, err = client.New(p.config, client.Options{Scheme: scheme.Scheme}); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	if err := p.client.Create(ctx, &corev1.Namespace{ObjectMeta: named("", meshNamespace)}); err != nil {
		return nil, err
	}
	if err := p.addNode(ctx); err != nil {
		return nil, fmt.Errorf("adding a node: %w", err)
	}
	if p.around, err = p.watch(ctx); err != nil {
		return nil, fmt.Errorf("watching the cluster: %w", err)
	}
	return p, nil
}

// assetsDirectory finds the binaries.
func assetsDirectory() (string, error) {
	directory := os.Getenv("KUBEBUILDER_ASSETS")
	if directory == "" {
		var err error
		if directory, err = filepath.Abs("../../bin/assets"); err != nil {
			return "", err
		}
	}
	for _, name := range []string{"etcd", "kube-apiserver", "kube-controller-manager"} {
		if _, err := os.Stat(filepath.Join(directory, name)); errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("these tests need %s in %s: run \"make test-assets\" in the root of the project, or set KUBEBUILDER_ASSETS to a directory that has it", name, directory)
		}
	}
	return directory, nil
}

// startControllers runs the controllers that make pods of templates, and service
// accounts, which pods need.
func (p *controlPlane) startControllers(assets string) error {
	user, err := p.environment.AddUser(envtest.User{Name: "system:kube-controller-manager", Groups: []string{"system:masters"}}, p.config)
	if err != nil {
		return err
	}
	kubeconfig, err := user.KubeConfig()
	if err != nil {
		return err
	}
	file := filepath.Join(p.directory, "kube-controller-manager.kubeconfig")
	if err := os.WriteFile(file, kubeconfig, 0o600); err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(p.directory, "kube-controller-manager.log"))
	if err != nil {
		return err
	}
	defer out.Close()
	p.controllers = exec.Command(filepath.Join(assets, "kube-controller-manager"),
		"--kubeconfig="+file,
		"--leader-elect=false",
		"--secure-port=0",
		"--controllers=cronjob-controller,daemonset-controller,deployment-controller,job-controller,namespace-controller,"+
			"persistentvolumeclaim-protection-controller,replicaset-controller,replicationcontroller-controller,"+
			"root-ca-certificate-publisher-controller,serviceaccount-controller,statefulset-controller",
	)
	p.controllers.Stdout, p.controllers.Stderr = out, out
	return p.controllers.Start()
}

// addNode adds a node, which nobody runs: DaemonSets make no pods without one.
func (p *controlPlane) addNode(ctx context.Context) error {
	node := &corev1.Node{ObjectMeta: named("", "node")}
	if err := p.client.Create(ctx, node); err != nil {
		return err
	}
	// Every new node is tainted until its kubelet says that it is ready.
	node.Spec.Taints = nil
	return p.client.Update(ctx, node)
}

// watch starts the surroundings as sluice serve does.
func (p *controlPlane) watch(ctx context.Context) (*surroundings.Cluster, error) {
	around, err := surroundings.NewCluster(p.config, meshNamespace, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	go func() { _ = around.Start(ctx) }() // returns when it is told to
	return around, wait.PollUntilContextTimeout(ctx, 10*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		return around.Synced(), nil
	})
}

// stop ends what was started, the last first.
func (p *controlPlane) stop() error {
	var failed []error
	if p.cancel != nil {
		p.cancel()
	}
	if p.controllers != nil && p.controllers.Process != nil {
		failed = append(failed, p.controllers.Process.Kill())
		_ = p.controllers.Wait() // it was killed, and says so
	}
	failed = append(failed, p.environment.Stop())
	if p.directory != "" {
		failed = append(failed, os.RemoveAll(p.directory))
	}
	return errors.Join(failed...)
}
