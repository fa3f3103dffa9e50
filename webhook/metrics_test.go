package webhook

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

func TestMetricsFollowTheConventions(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(NewMetrics()); err != nil {
		t.Fatal(err)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

// Whatever happens, no label gets a value that was not there from the start: their
// number is bounded by the tables of reasons and rules.
func TestSeriesAreThereFromTheStart(t *testing.T) {
	d := newDesk(t, settings.Default())
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(d.metrics); err != nil {
		t.Fatal(err)
	}
	before, err := testutil.GatherAndCount(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, review := range []request{podReview(t), podReview(t).with("dryRun", true), statefulSetReview(t), podReview(t).with("namespace", "kube-system")} {
		answered(t, d.MutateHandler(), review.String())
		answered(t, d.ValidateHandler(), review.String())
	}
	post(d.MutateHandler(), "")
	if after, err := testutil.GatherAndCount(registry); err != nil || after != before {
		t.Errorf("%d series became %d, %v", before, after, err)
	}

	changes, skips := 0, 0
	for _, reason := range verdict.Reasons() {
		switch reason.Outcome {
		case verdict.OutcomeChange:
			changes++
		case verdict.OutcomeSkip:
			skips++
		case verdict.OutcomeProblem:
		}
	}
	for name, test := range map[string]struct{ got, want int }{
		"sluice_admission_requests_total": {testutil.CollectAndCount(d.metrics.requests), 2 * 2 * len(outcomes)},
		"sluice_changes_total":            {testutil.CollectAndCount(d.metrics.changes), 2 * changes},
		"sluice_skips_total":              {testutil.CollectAndCount(d.metrics.skips), skips},
		"sluice_findings_total":           {testutil.CollectAndCount(d.metrics.findings), len(policies.Rules()) * len(verdict.Severities())},
	} {
		if test.got != test.want {
			t.Errorf("%s has %d series, want %d", name, test.got, test.want)
		}
	}
}

func TestEveryStageIsTimed(t *testing.T) {
	d := newDesk(t, settings.Default())
	answered(t, d.MutateHandler(), podReview(t).String())
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(d.metrics)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	observed := map[string]uint64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if histogram := metric.GetHistogram(); histogram != nil {
				name := []string{family.GetName()}
				for _, label := range metric.GetLabel() {
					name = append(name, label.GetValue())
				}
				observed[strings.Join(name, "/")] = histogram.GetSampleCount()
			}
		}
	}
	for _, name := range []string{"sluice_stage_seconds/decode", "sluice_stage_seconds/review", "sluice_stage_seconds/encode", "sluice_patch_bytes"} {
		if observed[name] != 1 {
			t.Errorf("%s was observed %d times", name, observed[name])
		}
	}
}
