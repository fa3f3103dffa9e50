// Command certmanager runs the controllers of cert-manager, and its cainjector, that
// look after a Certificate of an Issuer with an authority in the cluster. cert-manager's
// own programs are no packages that can be built from its module; its controllers are.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// Its libraries have taken the flags.
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: certmanager KUBECONFIG")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "certmanager:", err)
		os.Exit(1)
	}
}

// run returns when it is told to, or when one of the two fails.
func run(kubeconfig string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ended := make(chan error, 2)
	for _, start := range []func(context.Context, string) error{runControllers, runInjector} {
		go func() { ended <- start(ctx, kubeconfig) }()
	}
	first := <-ended
	stop()
	return errors.Join(first, <-ended)
}
