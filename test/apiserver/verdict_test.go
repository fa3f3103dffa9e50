package apiserver

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/cli"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
)

// Equal object, settings and surroundings give an equal verdict through both doors.
// The object is what the API server sent; the surroundings are the Namespace that it
// went into, and the mesh's configuration, as files.
func TestCommandLineAndServerGiveTheSameVerdict(t *testing.T) {
	said := 0
	eachAdmitted(t, func(t *testing.T, a *admitted) {
		if a.template != nil {
			// /validate judges a template as its pods will be, which is what check does.
			command := a.check(t, a.template)
			equal(t, "changes", command.Changes, a.template.result.Verdict.Changes)
			equal(t, "skips", command.Skips, a.template.result.Verdict.Skips)
			equal(t, "findings", command.Findings, written(a.template.result.Verdict.Findings))
			said += len(command.Changes) + len(command.Skips) + len(command.Findings)
		}
		if a.mutated != nil {
			// /mutate leaves the rules to /validate, which sees what becomes of the pod.
			command := a.check(t, a.mutated)
			equal(t, "changes", command.Changes, a.mutated.result.Verdict.Changes)
			equal(t, "skips", slices.DeleteFunc(command.Skips, ofRules), a.mutated.result.Verdict.Skips)
			equal(t, "findings of the pod to be", a.unnamed(command.Findings), a.unnamed(written(a.judged.result.Verdict.Findings)))
			said += len(command.Changes) + len(command.Skips)
		}
		if a.judged != nil {
			command := a.check(t, a.judged, "--as-written")
			equal(t, "skips of rules", command.Skips, a.judged.result.Verdict.Skips)
			equal(t, "findings", command.Findings, written(a.judged.result.Verdict.Findings))
			said += len(command.Findings)
		}
	})
	if said < 100 {
		t.Errorf("only %d statements were compared", said)
	}
}

// ofRules tells the skips of rules, which /validate has, from those of mutators.
func ofRules(skip verdict.Skip) bool { return strings.HasPrefix(string(skip.Reason), "rule/") }

// written returns findings as reports have them: what becomes of them, and not what was
// asked for.
func written(findings []verdict.Finding) []verdict.Finding {
	findings = slices.Clone(findings)
	for i := range findings {
		findings[i].Asked = ""
	}
	return findings
}

// unnamed returns findings as they are before the API server has made up a name for
// the pod, which it does between the two reviews. Their fingerprints have the name in them.
func (a *admitted) unnamed(findings []verdict.Finding) []verdict.Finding {
	findings = slices.Clone(findings)
	for i := range findings {
		if a.mutated.request.Name == "" {
			findings[i].Object.Name, findings[i].Fingerprint = a.pod.GetGenerateName(), ""
		}
	}
	return findings
}

// check gives the object of a review to the command line, as a file.
func (a *admitted) check(t *testing.T, r *reviewed, flags ...string) verdict.Verdict {
	t.Helper()
	directory := t.TempDir()
	object, err := yaml.JSONToYAML(r.request.Object.Raw)
	if err != nil {
		t.Fatal(err)
	}
	file, around := filepath.Join(directory, "object.yaml"), filepath.Join(directory, "around.yaml")
	namespace := a.namespace.DeepCopy()
	namespace.APIVersion, namespace.Kind = "v1", "Namespace"
	context, err := yaml.Marshal(namespace)
	if err != nil {
		t.Fatal(err)
	}
	if a.fixture.meshConfig != "" {
		mesh, err := yaml.Marshal(map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap",
			"metadata": map[string]string{"name": "istio", "namespace": meshNamespace},
			"data":     map[string]string{surroundings.MeshConfigKey: a.fixture.meshConfig},
		})
		if err != nil {
			t.Fatal(err)
		}
		context = slices.Concat(context, []byte("---\n"), mesh)
	}
	for name, content := range map[string][]byte{file: object, around: context} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	arguments := append([]string{"check", "-o", "json", "--fail-on", "never", "--namespace", r.request.Namespace, "--context", around}, flags...)
	if a.fixture.settingsFile != "" {
		arguments = append(arguments, "--settings", a.fixture.settingsFile)
	}
	var out, errors bytes.Buffer
	if code := cli.Run(t.Context(), append(arguments, file), nil, &out, &errors); code != 0 {
		t.Fatalf("exit code %d: %s", code, errors.String())
	}
	var said verdict.Verdict
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	// Positions are what the command line adds.
	for i := range said.Changes {
		said.Changes[i].Location = verdict.Location{}
	}
	for i := range said.Skips {
		said.Skips[i].Location = verdict.Location{}
	}
	for i := range said.Findings {
		said.Findings[i].Location = verdict.Location{}
	}
	return said
}

func equal[T comparable](t *testing.T, what string, command, server []T) {
	t.Helper()
	if !slices.Equal(command, server) {
		t.Errorf("%s\nof the command line: %+v\nof the server:       %+v", what, command, server)
	}
}
