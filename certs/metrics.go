package certs

import (
	"bytes"
	"crypto/x509"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// The values of the label certificate.
const (
	theAuthority = "ca"
	theLeaf      = "leaf"
)

var expiry = prometheus.NewDesc("sluice_certificate_expiry_seconds",
	"Seconds until the certificate expires, of the authority (ca) and of what is served (leaf); negative once it has.", []string{"certificate"}, nil)

// Metrics tell of the certificates; it is one prometheus.Collector.
type Metrics struct {
	authority *Authority

	expiry, created, offset *prometheus.Desc
	rotations, failures     *prometheus.CounterVec
	trusted                 *prometheus.GaugeVec
}

func newMetrics(a *Authority) *Metrics {
	m := &Metrics{
		authority: a,
		expiry:    expiry,
		created: prometheus.NewDesc("sluice_certificate_created_timestamp_seconds",
			"When the certificate was made, in seconds since 1970: the last rotation, whichever replica made it.", []string{"certificate"}, nil),
		offset: prometheus.NewDesc("sluice_clock_offset_seconds",
			"By how much the API server's clock is ahead of this machine's; 0 when they agree within seconds.", nil, nil),
		rotations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_certificate_rotations_total", Help: "Certificates that this replica made.",
		}, []string{"certificate"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_certificate_failures_total",
			Help: "Failures to look after the certificates: the Secret could not be read, is foreign, could not be written, or the caBundle could not be published.",
		}, []string{"step"}),
		trusted: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "sluice_certificate_published",
			Help: "Whether the webhook configuration of that kind, if it exists, has the caBundle that it should.",
		}, []string{"kind"}),
	}
	m.rotations.WithLabelValues(theAuthority)
	m.rotations.WithLabelValues(theLeaf)
	for _, step := range failureSteps {
		m.failures.WithLabelValues(step)
	}
	return m
}

// Collector returns the metrics; they are to be registered by the caller.
func (a *Authority) Collector() prometheus.Collector { return a.metrics }

// Describe is for the registry.
func (m *Metrics) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- m.expiry
	descriptions <- m.created
	descriptions <- m.offset
	m.rotations.Describe(descriptions)
	m.failures.Describe(descriptions)
	m.trusted.Describe(descriptions)
}

// Collect is for the registry.
func (m *Metrics) Collect(metrics chan<- prometheus.Metric) {
	if s := m.authority.current.Load(); s != nil {
		now := m.authority.now()
		for _, each := range []struct {
			name        string
			certificate *x509.Certificate
		}{{theAuthority, s.authorities[0]}, {theLeaf, s.leaf.Leaf}} {
			metrics <- prometheus.MustNewConstMetric(m.expiry, prometheus.GaugeValue, each.certificate.NotAfter.Sub(now).Seconds(), each.name)
			metrics <- prometheus.MustNewConstMetric(m.created, prometheus.GaugeValue,
				float64(m.authority.Lifetimes.created(each.certificate).Unix()), each.name)
		}
	}
	if server := m.authority.server; server != nil {
		metrics <- prometheus.MustNewConstMetric(m.offset, prometheus.GaugeValue, server.behind().Seconds())
	}
	m.rotations.Collect(metrics)
	m.failures.Collect(metrics)
	m.trusted.Collect(metrics)
}

// rotated counts what a write has replaced.
func (m *Metrics) rotated(before, after *state) {
	if len(before.authorities) == 0 || !bytes.Equal(before.authorities[0].Raw, after.authorities[0].Raw) {
		m.rotations.WithLabelValues(theAuthority).Inc()
	}
	if before.leaf == nil || !bytes.Equal(before.leaf.Leaf.Raw, after.leaf.Leaf.Raw) {
		m.rotations.WithLabelValues(theLeaf).Inc()
	}
}

func (m *Metrics) failed(step string) { m.failures.WithLabelValues(step).Inc() }

func (m *Metrics) published(kind string, trusted bool) {
	value := 0.0
	if trusted {
		value = 1
	}
	m.trusted.WithLabelValues(kind).Set(value)
}

// LeafExpiry is the metric of a certificate that somebody else renews; ok is false
// while there is none.
func LeafExpiry(notAfter func() (end time.Time, ok bool)) prometheus.Collector {
	return leafExpiry(notAfter)
}

type leafExpiry func() (time.Time, bool)

// Describe is for the registry.
func (leafExpiry) Describe(descriptions chan<- *prometheus.Desc) { descriptions <- expiry }

// Collect is for the registry.
func (l leafExpiry) Collect(metrics chan<- prometheus.Metric) {
	if end, ok := l(); ok {
		metrics <- prometheus.MustNewConstMetric(expiry, prometheus.GaugeValue, time.Until(end).Seconds(), theLeaf)
	}
}
