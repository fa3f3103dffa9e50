// Command cluster runs a one-node Kubernetes with Istio on this machine, for the
// end-to-end tests. See README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

const usage = `usage: cluster [flags] COMMAND

  up                start what does not run yet, and print where the kubeconfig is
  down              stop everything; caches and logs stay
  status            list the programs; exit 1 unless all of them run
  load TAG FILE...  put static programs, and a jar beside them, into the cluster as an image

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context) error {
	caches, _ := os.UserCacheDir() // without a home directory -state must be given
	state := flag.String("state", filepath.Join(caches, "sluice", "cluster"), "`directory` of all that the cluster writes")
	assets := flag.String("assets", "../../bin/assets", "`directory` of the programs that make cluster-assets builds")
	flag.Usage = func() {
		_, _ = fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	c, err := newCluster(*state, *assets)
	if err != nil {
		return err
	}
	switch args := flag.Args(); {
	case len(args) == 1 && args[0] == "up":
		if err := c.Up(ctx); err != nil {
			return err
		}
		fmt.Printf("KUBECONFIG=%s\n", c.kubeconfig())
		return nil
	case len(args) == 1 && args[0] == "down":
		return c.Down(ctx)
	case len(args) == 1 && args[0] == "status":
		return c.Status()
	case len(args) > 2 && args[0] == "load":
		return c.Load(ctx, args[1], args[2:]...)
	}
	flag.Usage()
	return fmt.Errorf("no such command: %q", flag.Args())
}
