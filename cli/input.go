package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFileSize bounds one input, in bytes. A cluster's whole dump is smaller; a
// mistaken argument, such as a disk image, is often not.
const maxFileSize = 64 << 20

// keptSize bounds how much of the inputs is kept between the look around them and
// their review, in bytes, rather than read twice.
const keptSize = 64 << 20

// standardInput is the argument that stands for standard input, and its name in
// messages.
const standardInput = "-"

// manifestExtensions are the extensions of the files that a directory is searched for.
var manifestExtensions = []string{"yaml", "yml", "json"}

// input is one file to read.
type input struct {
	name string
	// failed says why the file cannot be read, when that is known beforehand.
	failed error
	// data is the content, when kept is true.
	data []byte
	kept bool
}

// inputs expands the arguments: a directory becomes the manifests below it, sorted
// by name. A file that is named twice is read once. What cannot be read becomes an
// input too, which fails in its turn.
func (a *app) inputs(arguments []string) []*input {
	var all []*input
	seen := map[string]bool{}
	add := func(name string, failed error) {
		if key := filepath.Clean(name); !seen[key] {
			seen[key] = true
			all = append(all, &input{name: name, failed: failed})
		}
	}
	for _, argument := range arguments {
		info, err := os.Stat(argument)
		if argument == standardInput || err != nil || !info.IsDir() {
			add(argument, nil)
			continue
		}
		before := len(all)
		walk(argument, add)
		if len(all) == before {
			add(argument, fmt.Errorf("%s: no file with the extension yaml, yml or json in this directory", argument))
		}
	}
	return all
}

// walk finds the manifests below a directory. What is hidden is left out. Symbolic
// links to files are followed, those to directories are not: they may lead in a
// circle, or out of what was meant.
func walk(directory string, found func(string, error)) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		found(directory, readable(directory, err))
	}
	for _, entry := range entries {
		path := filepath.Join(directory, entry.Name())
		switch {
		case strings.HasPrefix(entry.Name(), "."):
		case entry.IsDir():
			walk(path, found)
		case isManifest(entry.Name()) && !leadsToDirectory(path, entry):
			found(path, nil)
		}
	}
}

func isManifest(name string) bool {
	return slices.Contains(manifestExtensions, strings.TrimPrefix(filepath.Ext(name), "."))
}

func leadsToDirectory(path string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// read returns the content of an input. Reading an input that is kept frees it.
func (a *app) read(ctx context.Context, in *input) ([]byte, error) {
	switch {
	case in.failed != nil:
		return nil, in.failed
	case in.kept:
		data := in.data
		in.data, in.kept = nil, false
		return data, nil
	case in.isStandard():
		return interruptible(ctx, func() ([]byte, error) { return readAll(in.name, a.stdin) })
	case in.readsOnce():
		return interruptible(ctx, func() ([]byte, error) { return readFile(in.name) })
	default:
		return readFile(in.name)
	}
}

// interruptible stops waiting for a terminal or a pipe, from which nothing may ever
// come, when the context ends. The read itself ends with the program.
func interruptible[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case read := <-done:
		return read.value, read.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, readable(name, err)
	}
	defer func() { _ = file.Close() }()
	return readAll(name, file)
}

// isStandard reports whether an input is standard input.
func (in *input) isStandard() bool { return in.name == standardInput }

// keep holds the content for the next read, because the input can be read only once
// or because there is room.
func (in *input) keep(data []byte) { in.data, in.kept = data, true }

// readsOnce reports whether an input is a pipe or the like.
func (in *input) readsOnce() bool {
	if in.isStandard() {
		return true
	}
	info, err := os.Stat(in.name)
	return err == nil && !info.Mode().IsRegular()
}

func readAll(name string, from io.Reader) ([]byte, error) {
	var data bytes.Buffer
	if file, ok := from.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			data.Grow(int(min(info.Size(), maxFileSize)) + bytes.MinRead)
		}
	}
	if _, err := data.ReadFrom(io.LimitReader(from, maxFileSize+1)); err != nil {
		return nil, readable(name, err)
	}
	if data.Len() > maxFileSize {
		return nil, fmt.Errorf("%s: larger than %d MiB, which is more than Sluice reads from one file; split it", name, maxFileSize>>20)
	}
	return data.Bytes(), nil
}

// readable puts the file's name in front of an error, without the system call that
// failed: "manifest.yaml: no such file or directory".
func readable(name string, err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}
