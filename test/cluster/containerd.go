package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

type containerd struct{ *Cluster }

func (d containerd) Name() string { return "containerd" }

// containerdSocket is outside of what the node hides, so that ctr works as it is.
func (c *Cluster) containerdSocket() string { return c.runPath("containerd.sock") }

// store holds the unpacked images, which is why it outlives the cluster.
func (c *Cluster) store() string { return filepath.Join(c.state, "containerd") }

func (d containerd) Start(context.Context) error {
	if err := d.configure("containerd.toml"); err != nil {
		return err
	}
	return d.spawn(d.Name(), "containerd", "--config", d.runPath("containerd.toml"))
}

// Ready starts over when the store remembers containers of a cluster that ended
// without Stop: the kubelet would look after them.
func (d containerd) Ready(ctx context.Context) error {
	conn, err := grpc.NewClient("unix://"+d.containerdSocket(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	// Its other services answer before this one, without which the kubelet ends.
	err = d.poll(ctx, d.Name(), func(ctx context.Context) error {
		_, err := cri.NewRuntimeServiceClient(conn).Version(ctx, &cri.VersionRequest{})
		return err
	})
	if err != nil {
		return err
	}
	left, err := output(ctx, "ctr", d.ctr("containers", "list", "--quiet")...)
	if err != nil || left == "" || d.running("kubelet") {
		return err
	}
	if err := errors.Join(d.Stop(ctx), d.Start(ctx)); err != nil {
		return err
	}
	return d.Ready(ctx)
}

// Stop ends all pods at once and has the store forget their containers.
func (d containerd) Stop(ctx context.Context) error {
	if !d.running(d.Name()) {
		return d.stop(d.Name())
	}
	err := d.poll(ctx, d.Name(), func(ctx context.Context) error {
		for _, kind := range [][]string{{"tasks", "delete", "--force"}, {"containers", "delete"}} {
			left, err := output(ctx, "ctr", d.ctr(kind[0], "list", "--quiet")...)
			if err != nil {
				return err
			}
			if left == "" {
				continue
			}
			// Containerd clears away what ended at the same time: ask again.
			if err := run(ctx, "ctr", d.ctr(append(kind, strings.Fields(left)...)...)...); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, d.stop(d.Name()))
}

func (c *Cluster) ctr(args ...string) []string {
	return append([]string{"--address", c.containerdSocket(), "--namespace", "k8s.io"}, args...)
}
