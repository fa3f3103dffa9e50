package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const (
	podYAML    = "apiVersion: v1\nkind: Pod\nmetadata: {name: yaml}\nspec: {containers: [{name: z, image: 'zookeeper:3.9'}]}\n"
	podJSON    = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "json"}, "spec": {"containers": [{"name": "z", "image": "zookeeper:3.9"}]}}`
	twoPods    = podYAML + "---\n" + "# nothing\n---\n" + podYAML
	withMark   = "\ufeff" + podYAML
	windowsPod = "apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: windows}\r\n"
)

// TestKubectlReadsWhatInjectWrites decodes the output with kubectl's own decoder,
// whatever files the stream was made of.
func TestKubectlReadsWhatInjectWrites(t *testing.T) {
	for _, test := range []struct {
		name  string
		files []string
		want  []string
	}{
		{"YAML, then JSON", []string{podYAML, podJSON}, []string{"yaml", "json"}},
		{"JSON, then YAML", []string{podJSON, podYAML}, []string{"json", "yaml"}},
		{"JSON twice", []string{podJSON, podJSON + "\n"}, []string{"json", "json"}},
		{"several documents", []string{twoPods, podYAML}, []string{"yaml", "yaml", "yaml"}},
		{"a byte order mark in the middle", []string{podYAML, withMark}, []string{"yaml", "yaml"}},
		{"Windows line ends", []string{windowsPod, podYAML, windowsPod}, []string{"windows", "yaml", "windows"}},
		{"no line break at the end", []string{strings.TrimSpace(podYAML), podYAML}, []string{"yaml", "yaml"}},
		{"empty files", []string{"", podYAML, "# nothing", "---\n", podYAML}, []string{"yaml", "yaml"}},
	} {
		for _, output := range []string{"yaml", "json"} {
			t.Run(test.name+" as "+output, func(t *testing.T) {
				arguments := []string{"inject", "-q", "-o", output}
				for i, content := range test.files {
					file := filepath.Join(t.TempDir(), string(rune('a'+i))+".yaml")
					if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
						t.Fatal(err)
					}
					arguments = append(arguments, file)
				}
				var stdout, stderr bytes.Buffer
				if code := Run(context.Background(), arguments, nil, &stdout, &stderr); code != 0 {
					t.Fatalf("exit code %d: %s", code, stderr.String())
				}
				if got := decode(t, stdout.String()); !slices.Equal(got, test.want) {
					t.Errorf("kubectl reads %q, want %q, from\n%s", got, test.want, stdout.String())
				}
			})
		}
	}
}

// decode returns the names of the objects that kubectl would see.
func decode(t *testing.T, text string) (names []string) {
	t.Helper()
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		var object unstructured.Unstructured
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		switch {
		case object.IsList():
			err := object.EachListItem(func(item runtime.Object) error {
				names = append(names, item.(*unstructured.Unstructured).GetName())
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		case object.Object != nil:
			names = append(names, object.GetName())
		}
	}
}
