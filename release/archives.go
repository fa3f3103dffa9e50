package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// systems are those for which people get the program.
var systems = []struct{ system, architecture string }{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"},
}

// pack writes an archive for each system, and the sums of all of them.
func (r *release) pack(ctx context.Context) error {
	var sums strings.Builder
	for _, each := range systems {
		archive, err := r.packFor(ctx, each.system, each.architecture)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(archive)
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), filepath.Base(archive))
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

// packFor writes the archive for a system, and returns its file. The program is in it
// twice: kubectl finds a plugin by its name, kubectl-sluice.
func (r *release) packFor(ctx context.Context, system, architecture string) (string, error) {
	suffix := ""
	if system == "windows" {
		suffix = ".exe"
	}
	name := fmt.Sprintf("sluice_%s_%s_%s", r.about.Version, system, architecture)
	program := filepath.Join(r.out, name+suffix)
	if err := build(ctx, r.root, ".", r.about.Version, system, architecture, program); err != nil {
		return "", err
	}
	archive := filepath.Join(r.out, name+".tar.gz")
	err := r.archive(archive, []entry{
		{program, "sluice" + suffix, 0o755}, {program, "kubectl-sluice" + suffix, 0o755},
		{filepath.Join(r.root, "LICENSE"), "LICENSE", 0o644}, {filepath.Join(r.root, "README.md"), "README.md", 0o644},
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", archive, err)
	}
	return archive, os.Remove(program)
}

// entry is a file of an archive.
type entry struct {
	source, name string
	mode         int64
}

// archive packs entries, in their order, as of the revision's time.
func (r *release) archive(file string, entries []entry) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	packed := gzip.NewWriter(out)
	w := tar.NewWriter(packed)
	for _, each := range entries {
		content, err := os.ReadFile(each.source)
		if err != nil {
			return err
		}
		header := &tar.Header{Typeflag: tar.TypeReg, Name: each.name, Mode: each.mode, Size: int64(len(content)), ModTime: r.about.Created, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return out.Close()
}
