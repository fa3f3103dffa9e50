package prometheus

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/prometheus/model/labels"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/charts"
)

// promtool runs Prometheus' own tool.
func promtool(t *testing.T, stdin string, arguments ...string) {
	t.Helper()
	program := os.Getenv("PROMTOOL")
	if program == "" {
		program = "../../bin/tools/promtool"
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%v: run \"make test-tools\" in the root of the project, or set PROMTOOL", err)
	}
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Stdin = strings.NewReader(stdin)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(arguments[:2], " "), err, out)
	}
}

// ruleFile writes what a PrometheusRule of the chart gives to Prometheus.
func ruleFile(t *testing.T) (file string, rules []rule) {
	t.Helper()
	text, err := charts.Render(charts.Release{Name: "sluice", Namespace: "sluice-system", Service: "sluice"},
		map[string]any{"metrics": map[string]any{"rules": map[string]any{"enabled": true}}})
	if err != nil {
		t.Fatal(err)
	}
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var object struct {
			Kind string `json:"kind"`
			Spec groups `json:"spec"`
		}
		if err := yaml.Unmarshal([]byte(document), &object); err != nil || object.Kind != "PrometheusRule" {
			continue
		}
		for _, group := range object.Spec.Groups {
			rules = append(rules, group.Rules...)
		}
		written, err := yaml.Marshal(object.Spec)
		if err != nil {
			t.Fatal(err)
		}
		file = filepath.Join(t.TempDir(), "rules.yaml")
		if err := os.WriteFile(file, written, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(rules) == 0 {
		t.Fatal("the chart has no alerts")
	}
	return file, rules
}

type groups struct {
	Groups []group `json:"groups"`
}

type group struct {
	Name  string `json:"name"`
	Rules []rule `json:"rules"`
}

type rule struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

func TestAlertsFireWhenTheyShouldAndOnlyThen(t *testing.T) {
	file, rules := ruleFile(t)
	promtool(t, "", "check", "rules", "--lint=all", "--lint-fatal", file)
	all := series(t)
	for _, rule := range rules {
		selects(t, all, rule.Expr)
	}

	text, err := os.ReadFile("testdata/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	promtool(t, "", "test", "rules", beside(t, rules, text))

	fires, silent := covered(t, text, all)
	for _, rule := range rules {
		if !slices.Contains(fires, rule.Alert) || !slices.Contains(silent, rule.Alert) {
			t.Errorf("testdata/alerts.yaml has to show when %s fires, and when not", rule.Alert)
		}
	}
}

// beside writes the cases and the rules into one directory. Of the annotations only the
// summary is a template; the others need no case.
func beside(t *testing.T, rules []rule, cases []byte) string {
	t.Helper()
	directory := t.TempDir()
	summarised := slices.Clone(rules)
	for i := range summarised {
		summarised[i].Annotations = map[string]string{"summary": rules[i].Annotations["summary"]}
	}
	text, err := yaml.Marshal(groups{Groups: []group{{Name: "sluice", Rules: summarised}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"rules.yaml": text, "cases.yaml": cases} {
		if err := os.WriteFile(filepath.Join(directory, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(directory, "cases.yaml")
}

// covered are the alerts of which a case expects something, and nothing. Each series of
// a case has to be one that there can be.
func covered(t *testing.T, text []byte, all []labels.Labels) (fires, silent []string) {
	t.Helper()
	var file struct {
		Tests []struct {
			Input []struct {
				Series string `json:"series"`
			} `json:"input_series"`
			Alerts []struct {
				Name     string `json:"alertname"`
				Expected []any  `json:"exp_alerts"`
			} `json:"alert_rule_test"`
		} `json:"tests"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, test := range file.Tests {
		for _, input := range test.Input {
			exists(t, input.Series, all)
		}
		for _, alert := range test.Alerts {
			if len(alert.Expected) > 0 {
				fires = append(fires, alert.Name)
			} else {
				silent = append(silent, alert.Name)
			}
		}
	}
	return fires, silent
}

// exists fails unless there is a series with that name and these labels. Their values
// are checked where a server has them from its start.
func exists(t *testing.T, metric string, all []labels.Labels) {
	t.Helper()
	wanted := parse(t, metric)
	if !slices.ContainsFunc(all, func(each labels.Labels) bool {
		fits := each.Len() >= wanted.Len()
		wanted.Range(func(label labels.Label) {
			known := each.Get(label.Name)
			fits = fits && (known == label.Value || known == "any" || label.Name == "instance")
		})
		return fits
	}) {
		t.Errorf("no server has the series %s", metric)
	}
}

func TestPromtoolLikesTheMetrics(t *testing.T) {
	registry := client.NewPedanticRegistry()
	for _, collector := range counted(t) {
		registry.MustRegister(collector)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	encoder := expfmt.NewEncoder(&text, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			t.Fatal(err)
		}
	}
	promtool(t, text.String(), "check", "metrics")
}
