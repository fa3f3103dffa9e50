package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/release/image"
)

// archived builds the archive for this machine.
func archived(t *testing.T) []byte {
	t.Helper()
	r := release{root: "..", out: t.TempDir(), about: image.About{Version: "v1.2.3", Created: time.Unix(1_700_000_000, 0)}}
	// The command runs elsewhere.
	root, err := filepath.Abs(r.root)
	if err != nil {
		t.Fatal(err)
	}
	r.root = root
	file, err := r.packFor(t.Context(), runtime.GOOS, runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// unpack writes what is in an archive into a directory, and returns the names.
func unpack(t *testing.T, archive []byte) (directory string, names []string) {
	t.Helper()
	directory = t.TempDir()
	unpacked, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for reader := tar.NewReader(unpacked); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return directory, names
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		if err := os.WriteFile(filepath.Join(directory, filepath.Base(header.Name)), content, os.FileMode(header.Mode)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnArchiveIsTheSameTwiceAndHoldsAPluginOfKubectl(t *testing.T) {
	archive := archived(t)
	if !bytes.Equal(archive, archived(t)) {
		t.Error("the same revision gives other bytes")
	}
	directory, names := unpack(t, archive)
	if want := []string{"sluice", "kubectl-sluice", "LICENSE", "README.md"}; runtime.GOOS != "windows" && !slices.Equal(names, want) {
		t.Errorf("in it are %q", names)
	}
	// kubectl runs what it finds by that name, with the arguments that follow it.
	said, err := exec.CommandContext(t.Context(), filepath.Join(directory, "kubectl-sluice"), "version").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "v1.2.3") {
		t.Errorf("kubectl sluice version: %v\n%s", err, said)
	}
	said, err = exec.CommandContext(t.Context(), filepath.Join(directory, "kubectl-sluice"), "audit", "--help").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "kubectl sluice audit") {
		t.Errorf("kubectl sluice audit --help: %v\n%s", err, said)
	}
}
