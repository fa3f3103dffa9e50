// Package chart tests the Helm chart with Helm itself. It is $HELM or the one in
// bin/tools, where make builds it.
package chart

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/charts"
)

const directory = "../../charts/sluice"

// kubernetes is a version that the chart is for. Helm asks no cluster here.
const kubernetes = "1.36.0"

// tool returns a program that was built for the tests: the one in the environment
// variable, or the newest of that name in bin/tools.
func tool(t *testing.T, variable, name string) string {
	t.Helper()
	if given := os.Getenv(variable); given != "" {
		return given
	}
	found, err := filepath.Glob("../../bin/tools/" + name + "-v*")
	if err != nil || len(found) == 0 {
		t.Fatalf("these tests need %s: run \"make test-tools\" in the root of the project, or set %s", name, variable)
	}
	return found[len(found)-1]
}

// helm runs Helm without any state of its own, and without a cluster.
func helm(t *testing.T, stdin string, arguments ...string) (stdout, stderr string, err error) {
	t.Helper()
	home := t.TempDir()
	command := exec.Command(tool(t, "HELM", "helm"), arguments...)
	command.Env = []string{"HELM_CACHE_HOME=" + home, "HELM_CONFIG_HOME=" + home, "HELM_DATA_HOME=" + home, "KUBECONFIG=" + home + "/none"}
	command.Stdin = strings.NewReader(stdin)
	var out, failed bytes.Buffer
	command.Stdout, command.Stderr = &out, &failed
	err = command.Run()
	return out.String(), failed.String(), err
}

// template renders as a person does. Helm's own tests are left out where sluice install
// leaves them out too.
func template(t *testing.T, values string, arguments ...string) string {
	t.Helper()
	stdout, stderr, err := helm(t, values, append([]string{"template", "sluice", directory, "--namespace", "sluice-system", "--kube-version", kubernetes, "--values", "-"}, arguments...)...)
	if err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	return stdout
}

// variants are values that together reach every line of the templates.
var variants = map[string]string{
	"defaults":       "{}",
	"cert-manager":   "{certificates: {provider: cert-manager}}",
	"issuer":         "{certificates: {provider: cert-manager, certManager: {issuerRef: {name: ours, kind: ClusterIssuer, group: cert-manager.io}}}}",
	"monitoring":     "{metrics: {serviceMonitor: {enabled: true, labels: {a: b}}, rules: {enabled: true, labels: {a: b}}, dashboards: {enabled: true}}}",
	"little":         "{replicas: 1, guard: {enabled: false}, networkPolicy: {enabled: false}, webhooks: {templates: false}, topologySpreadConstraints: [], nodeSelector: null, goMemoryLimit: ''}",
	"shadow":         "{settings: {mode: shadow, mutators: {service-links: 'off'}, mesh: {rootNamespace: mesh}}}",
	"rows":           `{settings: {distributions: [{name: r, title: "it's ours: r", product: kafka, images: [{repository: "team*/our-kafka"}], starts: [{program: start-our-kafka.sh, anywhere: true}, {class: com.example.kafka.Main, anywhere: true}, {program: run.sh}], serviceLinks: ignored}]}}`,
	"in the mesh":    "{istio: {sidecar: true}}",
	"names":          "{fullnameOverride: gate, serviceAccount: {name: robot, annotations: {a: b}}, webhooks: {mutatingName: ab, validatingName: cd}, image: {digest: 'sha256:" + strings.Repeat("1", 64) + "'}}",
	"scheduling":     "{priorityClassName: high, tolerations: [{key: a, operator: Exists}], affinity: {podAntiAffinity: {}}, hostNetwork: true, imagePullSecrets: [a], podLabels: {a: b}, podAnnotations: {c: d}, commonLabels: {e: f}}",
	"namespaces":     "{webhooks: {excludedNamespaces: [a, b], namespaceRequirements: [{key: stage, operator: In, values: [one]}]}, guard: {action: Deny}}",
	"metrics from":   "{networkPolicy: {metricsFrom: [{namespaceSelector: {matchLabels: {a: b}}}]}}",
	"quotes and all": `{podAnnotations: {a: "it's \"quoted\": {}", b: "true", c: "1"}}`,
}

func TestHelmLintsTheChart(t *testing.T) {
	for name, values := range variants {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, err := helm(t, values, "lint", "--strict", "--kube-version", kubernetes, "--values", "-", directory)
			if err != nil || strings.Contains(stdout, "[WARNING]") || strings.Contains(stdout, "[ERROR]") {
				t.Errorf("%v\n%s%s", err, stdout, stderr)
			}
		})
	}
}

// The program that has the chart in it prints what Helm does, byte by byte.
func TestInstallPrintsWhatHelmDoes(t *testing.T) {
	for name, values := range variants {
		t.Run(name, func(t *testing.T) {
			var given map[string]any
			if err := yaml.Unmarshal([]byte(values), &given); err != nil {
				t.Fatal(err)
			}
			got, err := charts.Render(charts.Release{Name: "sluice", Namespace: "sluice-system", Service: "Helm"}, given)
			if err != nil {
				t.Fatal(err)
			}
			if want := template(t, values, "--skip-tests"); string(got) != want {
				file := filepath.Join(t.TempDir(), "helm.yaml")
				_ = os.WriteFile(file, []byte(want), 0o600)
				difference := exec.Command("diff", "-u", file, "-")
				difference.Stdin = bytes.NewReader(got)
				text, _ := difference.Output()
				t.Errorf("they differ:\n%s", text)
			}
		})
	}
}

func TestHelmRendersTheSameBytesTwice(t *testing.T) {
	for name, values := range variants {
		t.Run(name, func(t *testing.T) {
			if first, second := template(t, values), template(t, values); first != second {
				t.Error("they differ")
			}
		})
	}
}

func TestHelmRefusesValuesThatAreNone(t *testing.T) {
	for _, values := range []string{"{replica: 2}", "{webhooks: {timeoutSeconds: 60}}", "{settings: {mode: maybe}}", `{settings: {distributions: [{name: r, title: R, product: kafka, images: [{repository: 'a") || ("'}], starts: [{program: x}], serviceLinks: ignored}]}}`} {
		stdout, stderr, err := helm(t, values, "template", "sluice", directory, "--kube-version", kubernetes, "--values", "-")
		if _, failed := errors.AsType[*exec.ExitError](err); !failed || !strings.Contains(stderr, "don't meet the specifications of the schema") {
			t.Errorf("%s: %v\n%s%s", values, err, stdout, stderr)
		}
	}
}
