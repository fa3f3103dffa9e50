package charts

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/sluice-dev/sluice/certs"
	"github.com/sluice-dev/sluice/webhook"
)

// others are metrics that the dashboard and the alerts take from elsewhere: the API
// server, and the Go client of Prometheus, which every program with it has.
var others = []string{"apiserver_admission_webhook_fail_open_count", "process_resident_memory_bytes", "process_cpu_seconds_total"}

// metrics lists the names of all metrics that a server has.
func metrics(t *testing.T) []string {
	t.Helper()
	authority, err := certs.New(&rest.Config{Host: "http://127.0.0.1:1"}, certs.Options{
		Secret: types.NamespacedName{Namespace: "a", Name: "b"}, Names: []string{"c"},
	})
	if err != nil {
		t.Fatal(err)
	}
	descriptions := make(chan *prometheus.Desc, 100)
	webhook.NewMetrics().Describe(descriptions)
	authority.Collector().Describe(descriptions)
	close(descriptions)
	name := regexp.MustCompile(`fqName: "([^"]+)"`)
	all := slices.Clone(others)
	for description := range descriptions {
		all = append(all, name.FindStringSubmatch(description.String())[1])
	}
	return all
}

// An alert over a metric that nobody has never fires, and nobody notices.
func TestAlertsAndDashboardsUseMetricsThatExist(t *testing.T) {
	known := metrics(t)
	names := regexp.MustCompile(`\b(sluice|apiserver|process|go|certwatcher|controller_runtime)_[a-z_]+\b`)
	for _, file := range []string{"files/alerts.yaml", "files/dashboards/sluice.json"} {
		text, err := fs.ReadFile(Sluice(), file)
		if err != nil {
			t.Fatal(err)
		}
		used := 0
		for _, name := range names.FindAllString(string(text), -1) {
			used++
			base := strings.TrimSuffix(name, "_bucket")
			if !slices.Contains(known, name) && !slices.Contains(known, base) {
				t.Errorf("%s uses %s, which nobody has", file, name)
			}
		}
		if used < 5 {
			t.Errorf("%s uses %d metrics", file, used)
		}
	}
}

func TestEachAlertHasItsRunbook(t *testing.T) {
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert       string
				Annotations map[string]string
			}
		}
	}
	if err := read(Sluice(), "files/alerts.yaml", &file); err != nil {
		t.Fatal(err)
	}
	runbooks := runbookTitles(t)
	for _, rule := range file.Groups[0].Rules {
		if !strings.HasSuffix(rule.Annotations["runbook_url"], "docs/runbooks.md#"+strings.ToLower(rule.Alert)) || !slices.Contains(runbooks, rule.Alert) {
			t.Errorf("%s: %s", rule.Alert, rule.Annotations["runbook_url"])
		}
		for _, key := range []string{"summary", "description"} {
			if rule.Annotations[key] == "" {
				t.Errorf("%s has no %s", rule.Alert, key)
			}
		}
	}
	if len(runbooks) != len(file.Groups[0].Rules) {
		t.Errorf("%d runbooks for %d alerts", len(runbooks), len(file.Groups[0].Rules))
	}
}

func runbookTitles(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../docs/runbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for line := range strings.Lines(string(text)) {
		if title, ok := strings.CutPrefix(strings.TrimSpace(line), "## "); ok {
			titles = append(titles, title)
		}
	}
	return titles
}
