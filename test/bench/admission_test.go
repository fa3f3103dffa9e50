package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/webhook"
	"github.com/sluice-dev/sluice/workload"
)

// The names of these benchmarks are the rows of the table, see table.go.

// BenchmarkDecodeEncode is the floor: the review read into a tree and written back.
func BenchmarkDecodeEncode(b *testing.B) {
	body := reviewBody(b)
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		root, err := document.ParseJSON(body)
		if err != nil {
			b.Fatal(err)
		}
		out = root.AppendJSON(out[:0])
	}
}

// BenchmarkInject is recognition and all mutators, on a tree that is there already.
func BenchmarkInject(b *testing.B) {
	body := reviewBody(b)
	p := pipeline.New(settings.Default(), surroundings.None{})
	// A mutated tree cannot be used again, and starting the timer costs more than a
	// run does: many trees are read at a time.
	pods := make([]*document.Node, 256)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%len(pods) == 0 {
			b.StopTimer()
			for j := range pods {
				pods[j] = podOf(b, body)
			}
			b.StartTimer()
		}
		request := pipeline.Request{Root: pods[i%len(pods)], SkipRules: true}
		result, err := p.Review(b.Context(), request)
		if err != nil || len(result.Operations) == 0 {
			b.Fatalf("%d operations, %v", len(result.Operations), err)
		}
	}
}

// BenchmarkRules is the judgement of a recognised pod by all rules.
func BenchmarkRules(b *testing.B) {
	w := workload.Recognise(b.Context(), podOf(b, reviewBody(b)), "", surroundings.None{})
	if w == nil {
		b.Fatal("the pod is not recognised")
	}
	engine := policies.New()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Judge(b.Context(), w, surroundings.None{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMutateHandler is the webhook's /mutate, bytes in and bytes out.
func BenchmarkMutateHandler(b *testing.B) { benchmarkHandler(b, sluice().MutateHandler()) }

// BenchmarkValidateHandler is the webhook's /validate, where the rules run.
func BenchmarkValidateHandler(b *testing.B) { benchmarkHandler(b, sluice().ValidateHandler()) }

// BenchmarkControllerRuntime is controller-runtime's way to let a pod pass.
func BenchmarkControllerRuntime(b *testing.B) {
	log.SetLogger(logr.Discard())
	benchmarkHandler(b, &admission.Webhook{
		Handler: admission.HandlerFunc(func(context.Context, admission.Request) admission.Response {
			return admission.Allowed("")
		}),
	})
}

func sluice() *webhook.Admission {
	p := pipeline.New(settings.Default(), surroundings.None{})
	quiet := slog.New(slog.DiscardHandler)
	return webhook.NewAdmission(p, "sluice", webhook.NewMetrics(), quiet)
}

// benchmarkHandler sends the review through a handler, without the network and with
// as little as possible of what a server does around it.
func benchmarkHandler(b *testing.B, handler http.Handler) {
	body := reviewBody(b)
	header := http.Header{"Content-Type": {"application/json"}}
	var reader bytes.Reader
	answer := answer{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		reader.Reset(body)
		answer.body.Reset()
		request := (&http.Request{
			Method: http.MethodPost, URL: &url.URL{Path: "/"}, Header: header,
			Body: io.NopCloser(&reader), ContentLength: int64(len(body)),
		}).WithContext(b.Context())
		handler.ServeHTTP(&answer, request)
	}
	b.StopTimer()
	if !bytes.Contains(answer.body.Bytes(), []byte(`"allowed":true`)) {
		b.Fatalf("the answer is %s", answer.body.Bytes())
	}
}

// answer is a response writer that is used again.
type answer struct {
	header http.Header
	body   bytes.Buffer
}

func (a *answer) Header() http.Header            { return a.header }
func (a *answer) Write(data []byte) (int, error) { return a.body.Write(data) }
func (*answer) WriteHeader(int)                  {}

// reviewBody is what an API server sends when a StatefulSet's Kafka pod is created.
func reviewBody(tb testing.TB) []byte {
	tb.Helper()
	body, err := os.ReadFile("testdata/review.json")
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

func podOf(tb testing.TB, body []byte) *document.Node {
	tb.Helper()
	review, err := document.ParseJSON(body)
	if err != nil {
		tb.Fatal(err)
	}
	// The pod is the root of its own tree, as it is in a file.
	pod, err := document.ParseJSON(review.At("request", "object").AppendJSON(nil))
	if err != nil {
		tb.Fatal(err)
	}
	return pod
}
