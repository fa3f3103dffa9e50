// Package prometheus tests the chart's alerts and dashboards with Prometheus' own
// parser, engine and promtool: $PROMTOOL or the one in bin/tools, where make builds it.
package prometheus

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/sluice-dev/sluice/certs"
	"github.com/sluice-dev/sluice/webhook"
)

// failedOpen is the API server's own metric (k8s.io/apiserver/pkg/admission/metrics), for
// us and for others.
var failedOpen = []string{
	`apiserver_admission_webhook_fail_open_count{name="pods.sluice.dev",type="admit"}`,
	`apiserver_admission_webhook_fail_open_count{name="sidecar-injector.istio.io",type="admit"}`,
}

// counted are the collectors of a server.
func counted(t *testing.T) []client.Collector {
	t.Helper()
	authority, err := certs.New(&rest.Config{Host: "http://127.0.0.1:1"}, certs.Options{
		Secret: types.NamespacedName{Namespace: "sluice-system", Name: "sluice-certificates"}, Names: []string{"sluice.sluice-system.svc"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return []client.Collector{webhook.NewMetrics(), authority.Collector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})}
}

// series are all that Prometheus can read from a server, and what it needs of the API
// server. What a server has from its start comes with the values of its labels; of
// what it learns later only the names of the labels are known.
func series(t *testing.T) []labels.Labels {
	t.Helper()
	var all []labels.Labels
	for _, metric := range failedOpen {
		all = append(all, parse(t, metric))
	}
	registry := client.NewPedanticRegistry()
	for _, collector := range counted(t) {
		registry.MustRegister(collector)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var gathered []string
	for _, family := range families {
		gathered = append(gathered, family.GetName())
		for _, metric := range family.GetMetric() {
			all = append(all, read(family, metric)...)
		}
	}
	for _, described := range descriptions(t) {
		if name := described.Get(model.MetricNameLabel); !slices.Contains(gathered, name) {
			all = append(all, described)
		}
	}
	for i := range all {
		all[i] = labels.NewBuilder(all[i]).Set("instance", "10.0.0.1:8080").Set("job", "sluice").Labels()
	}
	return all
}

// read returns the series of one metric.
func read(family *dto.MetricFamily, metric *dto.Metric) []labels.Labels {
	b := labels.NewBuilder(labels.EmptyLabels()).Set(model.MetricNameLabel, family.GetName())
	for _, pair := range metric.GetLabel() {
		b.Set(pair.GetName(), pair.GetValue())
	}
	if family.GetType() != dto.MetricType_HISTOGRAM {
		return []labels.Labels{b.Labels()}
	}
	var buckets []labels.Labels
	b.Set(model.MetricNameLabel, family.GetName()+"_bucket")
	for _, bucket := range metric.GetHistogram().GetBucket() {
		buckets = append(buckets, b.Set("le", fmt.Sprint(bucket.GetUpperBound())).Labels())
	}
	return append(buckets, b.Set("le", "+Inf").Labels())
}

// descriptions are a series for each metric, with made-up values of its labels.
func descriptions(t *testing.T) []labels.Labels {
	t.Helper()
	described := make(chan *client.Desc, 100)
	for _, collector := range counted(t) {
		collector.Describe(described)
	}
	close(described)
	fields := regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{([^}]*)\}`)
	var all []labels.Labels
	for description := range described {
		found := fields.FindStringSubmatch(description.String())
		if found == nil {
			t.Fatalf("no name and labels in %s", description)
		}
		b := labels.NewBuilder(labels.EmptyLabels()).Set(model.MetricNameLabel, found[1])
		for name := range strings.SplitSeq(found[2], ",") {
			if name != "" {
				b.Set(name, "any")
			}
		}
		all = append(all, b.Labels())
	}
	return all
}

func parse(t *testing.T, metric string) labels.Labels {
	t.Helper()
	parsed, err := promQL.ParseMetric(metric)
	if err != nil {
		t.Fatalf("%s: %v", metric, err)
	}
	return parsed
}

// matching says whether one of the series fits a selector.
func matching(all []labels.Labels, matchers []*labels.Matcher) bool {
	return slices.ContainsFunc(all, func(each labels.Labels) bool {
		return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(each.Get(m.Name)) })
	})
}
