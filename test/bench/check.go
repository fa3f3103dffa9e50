package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// programs are the files that the comparison needs; schemas is the wheel of
// kubernetes-validate.
type programs struct {
	sluice, kubeconform, conftest, schemas string
}

// check is one way to check the generated manifests.
type check struct {
	name    string
	command []string
	// proof must stand in the output: a program that read nothing is quick.
	proof string
}

func checks(p programs, manifests, schemas string) []check {
	return []check{
		{sluiceCheck, []string{p.sluice, "check", manifests},
			fmt.Sprintf("%d files, %d objects", manifestFiles, manifestObjects)},
		{kubeconformCheck, []string{p.kubeconform, "-strict", "-summary", "-kubernetes-version", kubernetesVersion, "-schema-location", schemas, manifests},
			fmt.Sprintf("Valid: %d, Invalid: 0, Errors: 0", manifestObjects)},
		{conftestCheck, []string{p.conftest, "test", "--no-color", "-p", "rules", manifests},
			" tests, "},
	}
}

// usage is what one run of a program took.
type usage struct {
	cpu, wall time.Duration
	// memory is the peak of the resident set, in bytes.
	memory int64
}

// measureChecks runs the programs in turns, so that a busy spell of the machine
// meets all of them, and returns the medians by the name of the check.
func measureChecks(ctx context.Context, p programs, e effort) (map[string]usage, error) {
	directory, err := os.MkdirTemp("", "sluice-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(directory) }()
	manifests, schemas := filepath.Join(directory, "manifests"), filepath.Join(directory, "schemas")
	if err := errors.Join(os.Mkdir(manifests, 0o700), os.Mkdir(schemas, 0o700)); err != nil {
		return nil, err
	}
	if err := writeManifests(manifests); err != nil {
		return nil, err
	}
	schemas, err = writeSchemas(schemas, p.schemas)
	if err != nil {
		return nil, fmt.Errorf("the schemas for kubeconform: %w", err)
	}
	runs := map[string][]usage{}
	for range e.runs {
		for _, check := range checks(p, manifests, schemas) {
			fmt.Fprintln(os.Stderr, "running "+check.name)
			used, err := check.run(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", check.name, err)
			}
			runs[check.name] = append(runs[check.name], used)
		}
	}
	medians := map[string]usage{}
	for name, all := range runs {
		medians[name] = usage{
			cpu:    time.Duration(medianOf(all, func(u usage) float64 { return float64(u.cpu) })),
			wall:   time.Duration(medianOf(all, func(u usage) float64 { return float64(u.wall) })),
			memory: int64(medianOf(all, func(u usage) float64 { return float64(u.memory) })),
		}
	}
	return medians, nil
}

// run runs the program once. Exit code 1 means findings, for all three programs.
func (c check) run(ctx context.Context) (usage, error) {
	// The output goes to a file, so that this program stays small: until it calls
	// exec, a child's peak of memory is its parent's.
	out, err := os.CreateTemp("", "sluice-bench-out-")
	if err != nil {
		return usage{}, err
	}
	defer func() { _ = errors.Join(out.Close(), os.Remove(out.Name())) }()
	var messages bytes.Buffer
	command := exec.CommandContext(ctx, c.command[0], c.command[1:]...)
	command.Stdout, command.Stderr = out, &messages

	begin := time.Now()
	err = command.Run()
	wall := time.Since(begin)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		return usage{}, fmt.Errorf("%w\n%s", err, messages.Bytes())
	}
	if err := c.prove(out.Name(), messages.Bytes()); err != nil {
		return usage{}, err
	}
	state := command.ProcessState
	used := usage{cpu: state.UserTime() + state.SystemTime(), wall: wall}
	if resources, ok := state.SysUsage().(*syscall.Rusage); ok {
		used.memory = maxrss(resources)
	}
	return used, nil
}

// prove looks for the proof at the end of what the program printed.
func (c check) prove(stdout string, stderr []byte) error {
	out, err := os.ReadFile(stdout)
	if err != nil {
		return err
	}
	if bytes.Contains(out, []byte(c.proof)) || bytes.Contains(stderr, []byte(c.proof)) {
		return nil
	}
	return fmt.Errorf("the output does not say %q, so what was measured is something else:\n%.2000s%.2000s", c.proof, out, stderr)
}

// maxrss returns the peak of the resident set in bytes.
func maxrss(resources *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return resources.Maxrss
	}
	return resources.Maxrss << 10
}
