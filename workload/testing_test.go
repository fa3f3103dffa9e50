package workload_test

import (
	"context"

	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// reporter is what the helpers need of testing.TB and of rapid.T.
type reporter interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// parse reads a manifest written as YAML the way the API server would get it.
func parse(t reporter, manifest string) *document.Node {
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

// recognise recognises an object of whose surroundings nothing is known.
func recognise(root *document.Node) *workload.Workload {
	return workload.Recognise(context.Background(), root, "", surroundings.None{})
}

// pod reads a pod of which only the spec is given.
func pod(t reporter, spec string) *document.Node {
	t.Helper()
	return parse(t, "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: "+spec+"}")
}

// process recognises the one process of a pod.
func process(t reporter, spec string) *workload.Process {
	t.Helper()
	found := recognise(pod(t, spec))
	if found == nil {
		t.Fatal("not recognised")
	}
	if len(found.Processes) != 1 {
		t.Fatalf("%d processes, want 1", len(found.Processes))
	}
	return found.Processes[0]
}
