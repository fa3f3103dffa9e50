package workload_test

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// parse reads a manifest written as YAML the way the API server would get it.
func parse(t testing.TB, manifest string) *document.Node {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	root, err := document.ParseJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// pod reads a pod of which only the spec is given.
func pod(t testing.TB, spec string) *document.Node {
	t.Helper()
	root := parse(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n")
	root.Children = append(root.Children, parse(t, spec).WithKey("spec"))
	return root
}

// process recognises the one process of a pod.
func process(t testing.TB, spec string) *workload.Process {
	t.Helper()
	found := workload.Recognise(pod(t, spec))
	if found == nil {
		t.Fatal("not recognised")
	}
	if len(found.Processes) != 1 {
		t.Fatalf("%d processes, want 1", len(found.Processes))
	}
	return found.Processes[0]
}
