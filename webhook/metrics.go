package webhook

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

// Metrics counts what the handlers do; it is one prometheus.Collector. The values of
// every label are known beforehand, and the series exist from the start: a rate over
// a series that appears with its first event misses that event.
type Metrics struct {
	requests *prometheus.CounterVec
	changes  *prometheus.CounterVec
	skips    *prometheus.CounterVec
	findings *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	bytes    prometheus.Histogram
	panics   prometheus.Counter

	decode, review, encode prometheus.Observer
}

// NewMetrics returns metrics at zero. They are to be registered by the caller.
func NewMetrics() *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_admission_requests_total",
			Help: "Admission reviews by path, outcome and whether they were dry runs.",
		}, []string{"path", "outcome", "dry_run"}),
		changes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_changes_total",
			Help: "Changes to pods by reason and mode; those of mode shadow were not applied. Dry runs do not count.",
		}, []string{"reason", "mode"}),
		skips: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_skips_total",
			Help: "What was left alone in pods, by reason. Dry runs do not count.",
		}, []string{"reason"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_findings_total",
			Help: "Findings in pods and templates by rule and severity. Dry runs do not count.",
		}, []string{"rule", "severity"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_stage_seconds",
			Help: "Time spent on a review by stage: decode (with reading the body), review, encode (with sending).",
			// 10 µs to 1 s: a pod takes some tens of microseconds, and the API server
			// waits for seconds.
			Buckets: []float64{10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1},
		}, []string{"stage"}),
		bytes: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "sluice_patch_bytes",
			Help:    "Size of the patches that were sent, in bytes of JSON.",
			Buckets: prometheus.ExponentialBuckets(64, 4, 8),
		}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sluice_panics_total",
			Help: "Reviews that ended in a panic; their objects were admitted as they came.",
		}),
	}
	m.decode, m.review, m.encode = m.seconds.WithLabelValues("decode"), m.seconds.WithLabelValues("review"), m.seconds.WithLabelValues("encode")
	for _, path := range []string{MutatePath, ValidatePath} {
		for _, outcome := range outcomes {
			m.requests.WithLabelValues(path, string(outcome), "false")
			m.requests.WithLabelValues(path, string(outcome), "true")
		}
	}
	for _, reason := range verdict.Reasons() {
		switch reason.Outcome {
		case verdict.OutcomeChange:
			m.changes.WithLabelValues(string(reason.Code), string(settings.Enforce))
			m.changes.WithLabelValues(string(reason.Code), string(settings.Shadow))
		case verdict.OutcomeSkip:
			m.skips.WithLabelValues(string(reason.Code))
		case verdict.OutcomeProblem: // of audits
		}
	}
	for _, rule := range policies.Rules() {
		for _, severity := range verdict.Severities() {
			m.findings.WithLabelValues(rule.ID, string(severity))
		}
	}
	return m
}

func (m *Metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.requests, m.changes, m.skips, m.findings, m.seconds, m.bytes, m.panics}
}

// Describe is for the registry.
func (m *Metrics) Describe(descriptions chan<- *prometheus.Desc) {
	for _, collector := range m.collectors() {
		collector.Describe(descriptions)
	}
}

// Collect is for the registry.
func (m *Metrics) Collect(metrics chan<- prometheus.Metric) {
	for _, collector := range m.collectors() {
		collector.Collect(metrics)
	}
}

func (m *Metrics) answered(path string, dryRun bool, response *Response) {
	m.requests.WithLabelValues(path, string(response.Outcome), strconv.FormatBool(dryRun)).Inc()
	if len(response.Patch) > 0 {
		m.bytes.Observe(float64(len(response.Patch)))
	}
}

// refused counts what was not looked at, and so did not say whether it was a dry run.
func (m *Metrics) refused(path string, outcome Outcome) {
	m.requests.WithLabelValues(path, string(outcome), "false").Inc()
}

func (m *Metrics) stages(decode, review, encode time.Duration) {
	m.decode.Observe(decode.Seconds())
	m.review.Observe(review.Seconds())
	m.encode.Observe(encode.Seconds())
}

func (m *Metrics) changed(v *verdict.Verdict) {
	for i := range v.Changes {
		mode := settings.Enforce
		if v.Changes[i].Shadow {
			mode = settings.Shadow
		}
		m.changes.WithLabelValues(string(v.Changes[i].Reason), string(mode)).Inc()
	}
	for i := range v.Skips {
		m.skips.WithLabelValues(string(v.Skips[i].Reason)).Inc()
	}
}

func (m *Metrics) found(v *verdict.Verdict) {
	for i := range v.Findings {
		m.findings.WithLabelValues(v.Findings[i].Rule, string(v.Findings[i].Severity)).Inc()
	}
}

// both are two collectors as one.
type both [2]prometheus.Collector

// Describe is for the registry.
func (b both) Describe(descriptions chan<- *prometheus.Desc) {
	b[0].Describe(descriptions)
	b[1].Describe(descriptions)
}

// Collect is for the registry.
func (b both) Collect(metrics chan<- prometheus.Metric) {
	b[0].Collect(metrics)
	b[1].Collect(metrics)
}
