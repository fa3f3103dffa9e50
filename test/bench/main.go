// Command bench prints how long Sluice takes beside its peers, all measured in one
// run on one machine: only numbers of the same table may be compared.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	var programs programs
	flag.StringVar(&programs.sluice, "sluice", "", "the `file` of sluice")
	flag.StringVar(&programs.kubeconform, "kubeconform", "", "the `file` of kubeconform")
	flag.StringVar(&programs.conftest, "conftest", "", "the `file` of conftest")
	flag.StringVar(&programs.schemas, "schemas", "", "the `file` with the JSON schemas of Kubernetes, the wheel of kubernetes-validate")
	short := flag.Bool("short", false, "measure only once: quicker, but less exact")
	flag.Parse()
	if programs.sluice == "" || programs.kubeconform == "" || programs.conftest == "" || programs.schemas == "" {
		return errors.New("sluice, kubeconform, conftest and schemas must be given; use make bench")
	}
	effort := effort{benchtime: "1s", count: 5, runs: 7}
	if *short {
		effort = shortEffort
	}

	pods, err := measureAdmission(ctx, effort)
	if err != nil {
		return err
	}
	used, err := measureChecks(ctx, programs, effort)
	if err != nil {
		return err
	}
	return printTable(os.Stdout, pods, used)
}

// effort says how often things are measured.
type effort struct {
	// benchtime and count are the flags of go test.
	benchtime string
	count     int
	// runs is how often each program runs; an odd number has a median.
	runs int
}

var shortEffort = effort{benchtime: "100ms", count: 1, runs: 1}
