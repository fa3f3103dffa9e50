package prometheus

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"

	"github.com/sluice-dev/sluice/charts"
)

var promQL = parser.NewParser(parser.Options{})

// A panel over a metric or a label that nobody has stays empty, and nobody notices.
func TestEachPanelShowsSomething(t *testing.T) {
	all := series(t)
	var load strings.Builder
	load.WriteString("load 30s\n")
	for _, each := range all {
		fmt.Fprintf(&load, "  %s 1+1x60\n", each)
	}
	storage := promqltest.LoadedStorage(t, load.String())
	engine := promqltest.NewTestEngine(t, false, 5*time.Minute, 1<<20)
	used := regexp.MustCompile(`\{\{(\w+)\}\}`)
	for _, target := range targets(t) {
		t.Run(target.Expr, func(t *testing.T) {
			expression := strings.ReplaceAll(target.Expr, "$__rate_interval", "5m")
			selects(t, all, expression)
			query, err := engine.NewInstantQuery(t.Context(), storage, nil, expression, time.Unix(1200, 0))
			if err != nil {
				t.Fatal(err)
			}
			defer query.Close()
			result := query.Exec(t.Context())
			vector, err := result.Vector()
			if err != nil || len(vector) == 0 {
				t.Fatalf("%d series, %v", len(vector), err)
			}
			for _, label := range used.FindAllStringSubmatch(target.LegendFormat, -1) {
				named(t, vector, label[1])
			}
		})
	}
}

func named(t *testing.T, vector promql.Vector, label string) {
	t.Helper()
	for _, sample := range vector {
		if sample.Metric.Get(label) == "" {
			t.Errorf("the legend names %s, and the series is %s", label, sample.Metric)
			return
		}
	}
}

// selects fails unless every selector of an expression finds a series.
func selects(t *testing.T, all []labels.Labels, expression string) {
	t.Helper()
	parsed, err := promQL.ParseExpr(expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	selectors := 0
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			selectors++
			if !matching(all, selector.LabelMatchers) {
				t.Errorf("no series fits %s", selector)
			}
		}
		return nil
	})
	if selectors == 0 {
		t.Errorf("%s reads nothing", expression)
	}
}

type target struct {
	Expr         string `json:"expr"`
	LegendFormat string `json:"legendFormat"`
}

// targets are the queries of all dashboards.
func targets(t *testing.T) []target {
	t.Helper()
	files, err := fs.Glob(charts.Sluice(), "files/dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d dashboards, %v", len(files), err)
	}
	var all []target
	for _, file := range files {
		text, err := fs.ReadFile(charts.Sluice(), file)
		if err != nil {
			t.Fatal(err)
		}
		var dashboard struct {
			Panels []struct {
				Title   string   `json:"title"`
				Targets []target `json:"targets"`
			} `json:"panels"`
		}
		if err := json.Unmarshal(text, &dashboard); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, panel := range dashboard.Panels {
			if len(panel.Targets) == 0 {
				t.Errorf("%s: panel %q asks nothing", file, panel.Title)
			}
			all = append(all, panel.Targets...)
		}
	}
	return all
}
