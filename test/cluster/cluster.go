package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A Cluster is one node's worth of Kubernetes in a state directory.
type Cluster struct {
	state  string // everything of it
	cache  string // what is made here, kept between clusters
	logs   string // kept until the next cluster starts
	assets string // what the Makefile builds
}

// A part is started when all before it are ready, and stopped in the other order.
// Each of the three can be repeated.
type part interface {
	Name() string
	Start(context.Context) error
	Ready(context.Context) error
	Stop(context.Context) error
}

func (c *Cluster) parts() []part {
	return []part{
		node{inert{c}}, network{inert{c}}, etcd(c), apiServer(c), controllerManager(c), scheduler(c),
		containerd{c}, images{inert{c}}, newKubelet(c), kubeProxy(c), addons{inert{c}}, istio{inert{c}},
	}
}

func newCluster(state, assets string) (*Cluster, error) {
	state, err := filepath.Abs(state)
	if err != nil {
		return nil, err
	}
	assets, err = filepath.Abs(assets)
	if err != nil {
		return nil, err
	}
	c := &Cluster{state: state, cache: filepath.Join(state, "cache"), logs: filepath.Join(state, "logs"), assets: assets}
	if len(c.containerdSocket()) > 100 {
		return nil, fmt.Errorf("the path of the state directory %s is too long for a Unix socket in it", state)
	}
	return c, nil
}

// Up starts what does not run. When a new cluster fails it is stopped again; the
// logs stay.
func (c *Cluster) Up(ctx context.Context) error {
	if err := c.permitted(); err != nil {
		return err
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := c.packages(ctx); err != nil {
		return err
	}
	if err := c.capable(ctx); err != nil {
		return err
	}
	began := c.running("node")
	if !began {
		if err := errors.Join(c.clear(ctx), os.RemoveAll(c.logs)); err != nil {
			return err
		}
	}
	for _, dir := range []string{c.logs, c.runPath(), c.store()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := c.pki(ctx); err != nil {
		return err
	}
	for _, p := range c.parts() {
		if err := c.start(ctx, p); err != nil {
			if !began {
				err = errors.Join(err, c.clear(context.WithoutCancel(ctx)))
			}
			return fmt.Errorf("%w\nthe logs of all parts are in %s", err, c.logs)
		}
	}
	return nil
}

func (c *Cluster) start(ctx context.Context, p part) error {
	began := time.Now()
	if err := p.Start(ctx); err != nil {
		return fmt.Errorf("starting %s: %w", p.Name(), err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	if err := p.Ready(ctx); err != nil {
		return fmt.Errorf("waiting for %s: %w", p.Name(), err)
	}
	say("%s is ready after %.1fs", p.Name(), time.Since(began).Seconds())
	return nil
}

// Down stops everything, whatever state it is in, and removes all but the caches
// and the logs.
func (c *Cluster) Down(ctx context.Context) error {
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return c.clear(ctx)
}

func (c *Cluster) clear(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var failed error
	for _, p := range slices.Backward(c.parts()) {
		if err := p.Stop(ctx); err != nil {
			failed = errors.Join(failed, fmt.Errorf("stopping %s: %w", p.Name(), err))
		}
	}
	if failed != nil {
		return failed // the records of what still runs stay
	}
	return errors.Join(removeFile(c.kubeconfig()), os.RemoveAll(c.runPath()))
}

// Status prints a line for each program; an error says that not all of them run.
func (c *Cluster) Status() error {
	var missing error
	for _, name := range []string{"node", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "containerd", "kubelet", "kube-proxy"} {
		if pid, ok := c.pid(name); ok {
			fmt.Printf("%-24s runs as %d\n", name, pid)
		} else {
			missing = errors.Join(missing, fmt.Errorf("%s does not run", name))
		}
	}
	return missing
}

// lock keeps two commands from working on one state directory at a time.
func (c *Cluster) lock() (func(), error) {
	if err := os.MkdirAll(c.cache, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(c.state, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another command is at work in %s", c.state), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// runPath is below the directory that lives as long as the cluster.
func (c *Cluster) runPath(names ...string) string {
	return filepath.Join(append([]string{c.state, "run"}, names...)...)
}

// write leaves a file alone that says the same already: kube-proxy ends when its
// configuration is touched.
func (c *Cluster) write(name, text string) error {
	if old, err := os.ReadFile(c.runPath(name)); err == nil && string(old) == text {
		return nil
	}
	return os.WriteFile(c.runPath(name), []byte(text), 0o600)
}

func (c *Cluster) apply(ctx context.Context, manifest string) error {
	return c.kubectl(ctx, manifest, "apply", "--server-side", "--filename=-")
}

func (c *Cluster) kubectl(ctx context.Context, input string, args ...string) error {
	cmd := exec.CommandContext(ctx, c.bin("kubectl"), append([]string{"--kubeconfig=" + c.kubeconfig()}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// healthy waits for a program's own health check: each takes the admin's certificate.
func (c *Cluster) healthy(ctx context.Context, name, check string) error {
	address, err := url.Parse(check)
	if err != nil {
		return err
	}
	return c.poll(ctx, name, func(ctx context.Context) error {
		return c.kubectl(ctx, "", "--server="+address.Scheme+"://"+address.Host, "get", "--raw="+address.Path)
	})
}
