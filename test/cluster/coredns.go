package main

import (
	"context"
	"strings"
)

type coreDNS struct{ *Cluster }

func (d coreDNS) Name() string { return "coredns" }

func (d coreDNS) Start(ctx context.Context) error {
	manifest, err := files.ReadFile("files/coredns.yaml")
	if err != nil {
		return err
	}
	text := strings.NewReplacer("$IMAGE", coreDNSImage, "$ADDRESS", dnsServiceIP).Replace(string(manifest))
	return d.apply(ctx, text)
}

func (d coreDNS) Ready(ctx context.Context) error {
	return d.kubectl(ctx, "", "--namespace=kube-system", "rollout", "status", "deployment/coredns")
}

// Stop has nothing to do: the pods go with the container runtime.
func (d coreDNS) Stop(context.Context) error { return nil }
