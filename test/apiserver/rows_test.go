package apiserver

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/cli"
	"github.com/sluice-dev/sluice/verdict"
)

// A row of the chart's settings reaches the match conditions and the server alike, and what
// becomes of a pod is what inject makes of its manifest.
func TestAPodOfARowOfOnesOwnIsPatchedAsInFiles(t *testing.T) {
	const settings = "../fixtures/rows-of-ones-own/settings.yaml"
	text, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	var own map[string]any
	if err := yaml.Unmarshal(text, &own); err != nil {
		t.Fatal(err)
	}
	i := installChart(t, map[string]any{"settings": own})
	i.start(t)
	namespace := i.namespaceOf(t, nil)
	coordinator := corev1.Container{
		Name: "coordinator", Image: "registry.example.com/platform/coordinator:3.9.4",
		Env: []corev1.EnvVar{{Name: "COORDINATOR_SERVERS", Value: "a:2888:3888,b:2888:3888,c:2888:3888"}},
	}
	private := coordinator
	private.Image = "registry.example.com/platform/ledger:1"
	for name, test := range map[string]struct {
		container   corev1.Container
		annotations map[string]string
		reason      string
	}{
		"by-its-row":        {coordinator, nil, "quorum-listen/set"},
		"by-its-annotation": {private, map[string]string{"sluice.dev/role": "broker"}, "shutdown-order/set"},
		"misspelled":        {private, map[string]string{"sluice.dev/role": "brokre"}, "sluice/role-invalid"},
		"unknown":           {private, nil, ""},
	} {
		pod := webPod(namespace, name)
		pod.Spec.Containers, pod.Annotations = []corev1.Container{test.container}, test.annotations
		said := injected(t, pod, settings)
		if err := plane.client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
		codes := slices.DeleteFunc(strings.Split(pod.Annotations["sluice.dev/summary"], ","), func(code string) bool {
			return code == "" || code == string(verdict.NotRecognised)
		})
		slices.Sort(codes)
		if !slices.Equal(codes, said) {
			t.Errorf("%s: the webhook says %v, inject says %v", name, codes, said)
		}
		if test.reason != "" && !slices.Contains(codes, test.reason) {
			t.Errorf("%s: no %s in %v", name, test.reason, codes)
		}
	}
}

// injected are the codes that inject reports of a pod.
func injected(t *testing.T, pod *corev1.Pod, settings string) []string {
	t.Helper()
	pod = pod.DeepCopy()
	pod.APIVersion, pod.Kind = "v1", "Pod"
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pod.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := cli.Run(t.Context(), []string{"inject", "--report", "json", "--settings", settings, file}, strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	var said struct {
		Changes []verdict.Change `json:"changes"`
		Skips   []verdict.Skip   `json:"skips"`
	}
	if err := json.Unmarshal(stderr.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, change := range said.Changes {
		codes = append(codes, string(change.Reason))
	}
	for _, skip := range said.Skips {
		codes = append(codes, string(skip.Reason))
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
