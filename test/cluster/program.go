package main

import "context"

// A program is a part that is one process in the node.
type program struct {
	*Cluster
	name   string
	config string // the file of files/ that it reads, if there is one
	args   []string
	health string // the URL of its own health check
}

func (p program) Name() string { return p.name }

func (p program) Start(context.Context) error {
	if p.config != "" {
		if err := p.configure(p.config); err != nil {
			return err
		}
	}
	return p.spawn(p.name, append([]string{p.bin(p.name)}, p.args...)...)
}

func (p program) Ready(ctx context.Context) error { return p.healthy(ctx, p.name, p.health) }

func (p program) Stop(context.Context) error { return p.stop(p.name) }

// An inert part is ready when it has been started, and goes with the node.
type inert struct{ *Cluster }

func (inert) Ready(context.Context) error { return nil }
func (inert) Stop(context.Context) error  { return nil }
