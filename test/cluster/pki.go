package main

import (
	"context"
	"os"
	"path/filepath"
)

// pki has kubeadm make the certificates, and a kubeconfig for everybody who talks to
// the API server. All of it lives as long as the cluster.
func (c *Cluster) pki(ctx context.Context) error {
	if _, err := os.Stat(c.kubeconfig()); err == nil {
		return nil
	}
	if err := c.configure("kubeadm.yaml"); err != nil {
		return err
	}
	config := "--config=" + c.runPath("kubeadm.yaml")
	if err := run(ctx, c.bin("kubeadm"), "init", "phase", "certs", "all", config); err != nil {
		return err
	}
	if err := run(ctx, c.bin("kubeadm"), "init", "phase", "kubeconfig", "all", config, "--kubeconfig-dir="+c.runPath()); err != nil {
		return err
	}
	proxy, err := output(ctx, c.bin("kubeadm"), "kubeconfig", "user", config, "--client-name=system:kube-proxy")
	if err != nil {
		return err
	}
	if err := c.write("kube-proxy.conf", proxy); err != nil {
		return err
	}
	// It comes last: it says that all the others are there.
	return os.Rename(c.runPath("super-admin.conf"), c.kubeconfig())
}

func (c *Cluster) cert(name string) string { return c.runPath("pki", name+".crt") }
func (c *Cluster) key(name string) string  { return c.runPath("pki", name+".key") }

// kubeconfig is the one that people use, so it has a short path.
func (c *Cluster) kubeconfig() string { return filepath.Join(c.state, "kubeconfig") }
