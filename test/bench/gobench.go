package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/benchmark/parse"
)

// cost is the median of a benchmark's runs, each per operation.
type cost struct {
	nanoseconds, bytes, allocations float64
}

// costs are by the name of the benchmark.
type costs map[string]cost

// modules hold benchmarks. Istio's injector is in a module of its own, since it
// brings half of Istio along. Both benchmarks read the same review.
var modules = []string{"../bench", "../istio"}

func measureAdmission(ctx context.Context, e effort) (costs, error) {
	measured := costs{}
	for _, module := range modules {
		fmt.Fprintln(os.Stderr, "running the benchmarks of test/"+filepath.Base(module))
		if err := measured.measure(ctx, module, e); err != nil {
			return nil, fmt.Errorf("the benchmarks of %s: %w", module, err)
		}
	}
	return measured, nil
}

func (c costs) measure(ctx context.Context, module string, e effort) error {
	command := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", ".", "-benchmem",
		"-benchtime", e.benchtime, "-count", strconv.Itoa(e.count), ".")
	command.Dir, command.Stderr = module, os.Stderr
	out, err := command.Output()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	set, err := parse.ParseSet(bytes.NewReader(out))
	if err != nil {
		return err
	}
	for name, runs := range set {
		// The number of processors follows the name, as in BenchmarkRules-2.
		name, _, _ := strings.Cut(name, "-")
		c[name] = cost{
			nanoseconds: medianOf(runs, func(b *parse.Benchmark) float64 { return b.NsPerOp }),
			bytes:       medianOf(runs, func(b *parse.Benchmark) float64 { return float64(b.AllocedBytesPerOp) }),
			allocations: medianOf(runs, func(b *parse.Benchmark) float64 { return float64(b.AllocsPerOp) }),
		}
	}
	return nil
}

func medianOf[T any](all []T, value func(T) float64) float64 {
	values := make([]float64, len(all))
	for i, one := range all {
		values[i] = value(one)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
