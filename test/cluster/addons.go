package main

import "context"

type addons struct{ inert }

func (a addons) Name() string { return "addons" }

func (a addons) Start(ctx context.Context) error {
	manifest, err := a.render("addons.yaml")
	if err != nil {
		return err
	}
	return a.apply(ctx, manifest)
}

func (a addons) Ready(ctx context.Context) error {
	return a.kubectl(ctx, "", "--namespace=kube-system", "rollout", "status", "deployment/coredns")
}
