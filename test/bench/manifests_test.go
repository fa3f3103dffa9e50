package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v4"
)

func TestManifestsAreTheObjectsThatTheTablePromises(t *testing.T) {
	directory := t.TempDir()
	if err := writeManifests(directory); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(directory, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	objects := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var object struct{ APIVersion, Kind string }
			err := decoder.Decode(&object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || object.Kind == "" {
				t.Fatalf("%s: %q, %v", file, object.Kind, err)
			}
			objects++
		}
	}
	if len(files) != manifestFiles || objects != manifestObjects {
		t.Errorf("%d objects in %d files", objects, len(files))
	}
}
