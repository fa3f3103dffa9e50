package main

import "context"

// A program is a part that is one process in the node.
type program struct {
	*Cluster
	name   string
	args   []string
	health string // the URL of its own health check
}

func (p program) Name() string { return p.name }

func (p program) Start(context.Context) error {
	return p.spawn(p.name, append([]string{p.bin[p.name]}, p.args...)...)
}

func (p program) Ready(ctx context.Context) error { return p.healthy(ctx, p.name, p.health) }

func (p program) Stop(context.Context) error { return p.stop(p.name) }
