package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/sluice-dev/sluice/release/image"
)

// programs are what the image holds: the package below the root of the project, and
// where the program is.
var programs = []struct{ name, source, path string }{
	{"sluice", ".", "/sluice"},
	{"sluice-wait", "./wait/sluice-wait", "/sluice-wait"},
}

// build builds a program without anything of this machine in it.
func build(ctx context.Context, root, source, version, system, architecture, out string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -buildid= -X github.com/sluice-dev/sluice/cli.version="+version+" -X main.version="+version, "-o", out, source)
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+architecture, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOWORK=off")
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("building %s for %s/%s: %w", source, system, architecture, err)
	}
	return nil
}

// buildAll builds the programs of the image for an architecture.
func buildAll(ctx context.Context, root, directory, version, architecture string) ([]image.Program, error) {
	var built []image.Program
	for _, program := range programs {
		file := filepath.Join(directory, program.name+"-linux-"+architecture)
		if err := build(ctx, root, program.source, version, "linux", architecture, file); err != nil {
			return nil, err
		}
		built = append(built, image.Program{Source: file, Path: program.path})
	}
	return built, nil
}
