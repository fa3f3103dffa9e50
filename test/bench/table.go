package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// The names of the benchmarks that the goals are about.
const (
	mutateHandler     = "BenchmarkMutateHandler"
	controllerRuntime = "BenchmarkControllerRuntime"
	istioInjector     = "BenchmarkInjector"
)

// admissionRows are the rows of the table, by the name of the benchmark.
var admissionRows = []struct{ benchmark, title string }{
	{"BenchmarkDecodeEncode", "floor: the review decoded and encoded"},
	{"BenchmarkInject", "injection alone: recognise and mutate"},
	{"BenchmarkRules", "rules alone"},
	{mutateHandler, "sluice /mutate, bytes in, bytes out"},
	{"BenchmarkValidateHandler", "sluice /validate, bytes in, bytes out"},
	{controllerRuntime, "controller-runtime, a handler that does nothing"},
	{istioInjector, "Istio's injector"},
}

// The names of the checks.
const (
	sluiceCheck      = "sluice check"
	kubeconformCheck = "kubeconform"
	conftestCheck    = "conftest"
)

var checkRows = []struct{ check, title string }{
	{sluiceCheck, "sluice check: mutators and rules"},
	{kubeconformCheck, "kubeconform: schemas"},
	{conftestCheck, "conftest: as many rules, on the manifests as written"},
}

// printTable writes everything as one table, and the goals below it.
func printTable(to io.Writer, a costs, c map[string]usage) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(title string, cells ...string) {
		// The title is the only column that is aligned left.
		_, _ = fmt.Fprintf(table, "%-*s\t%s\t\n", titleWidth, title, strings.Join(cells, "\t"))
	}
	noop, istio := a[controllerRuntime], a[istioInjector]
	line("admission of one Kafka pod", "µs", "B", "allocs", "of no-op", "of Istio")
	for _, row := range admissionRows {
		took, ok := a[row.benchmark]
		if !ok {
			return fmt.Errorf("%s was not measured", row.benchmark)
		}
		line(row.title,
			fmt.Sprintf("%.1f", took.nanoseconds/1000), fmt.Sprintf("%.0f", took.bytes), fmt.Sprintf("%.0f", took.allocations),
			fmt.Sprintf("%.2f", took.nanoseconds/noop.nanoseconds), fmt.Sprintf("%.3f", took.nanoseconds/istio.nanoseconds))
	}
	_, _ = fmt.Fprintln(table)
	line(fmt.Sprintf("%d manifests in %d files", manifestObjects, manifestFiles), "CPU ms", "wall ms", "RSS MB", "CPU of kubeconform", "CPU of conftest")
	kubeconform, conftest := c[kubeconformCheck], c[conftestCheck]
	for _, row := range checkRows {
		used := c[row.check]
		line(row.title,
			milliseconds(used.cpu), milliseconds(used.wall), fmt.Sprintf("%.0f", float64(used.memory)/1e6),
			fmt.Sprintf("%.2f", ratio(used.cpu, kubeconform.cpu)), fmt.Sprintf("%.2f", ratio(used.cpu, conftest.cpu)))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return printGoals(to, a, c)
}

// titleWidth is the width of the first column, in characters.
const titleWidth = 54

// printGoals writes what was aimed at. A goal that is missed is no error: another
// machine has other ratios.
func printGoals(to io.Writer, a costs, c map[string]usage) error {
	ours, noop, istio := a[mutateHandler], a[controllerRuntime], a[istioInjector]
	share := ratio(c[sluiceCheck].cpu, c[kubeconformCheck].cpu)
	for _, goal := range []struct {
		text      string
		got, most float64
	}{
		{"/mutate takes at most twice the time of the handler that does nothing", ours.nanoseconds / noop.nanoseconds, 2},
		{"/mutate takes at most a tenth of the time of Istio's injector", ours.nanoseconds / istio.nanoseconds, 0.1},
		{"/mutate makes at most a tenth of the allocations of Istio's injector", ours.allocations / istio.allocations, 0.1},
		{"check takes less CPU than kubeconform", share, 1},
		{"check takes half the CPU of kubeconform", share, 0.5},
	} {
		answer := "met   "
		if goal.got > goal.most {
			answer = "missed"
		}
		if _, err := fmt.Fprintf(to, "goal %s  %s: %.3f\n", answer, goal.text, goal.got); err != nil {
			return err
		}
	}
	return nil
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.0f", d.Seconds()*1000) }

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }
