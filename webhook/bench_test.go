package webhook

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
)

// BenchmarkMutate is one review, bytes in and bytes out, beside what
// controller-runtime needs to answer it without doing anything.
func BenchmarkMutate(b *testing.B) {
	ctrllog.SetLogger(logr.Discard())
	a := NewAdmission(pipeline.New(settings.Default(), mesh{}), "sluice-system", NewMetrics(), slog.New(slog.DiscardHandler))
	body := podReview(b).String()
	for _, side := range []struct {
		name    string
		handler http.Handler
	}{
		{"sluice", a.MutateHandler()},
		{"sluice-validate", a.ValidateHandler()},
		{"controller-runtime-no-op", &admission.Webhook{Handler: admission.HandlerFunc(
			func(context.Context, admission.Request) admission.Response { return admission.Allowed("") })}},
	} {
		b.Run(side.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, "/", strings.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				request.Header.Set("Content-Type", "application/json")
				answer := discard{http.Header{}}
				if side.handler.ServeHTTP(answer, request); answer.header == nil {
					b.Fatal("no answer")
				}
			}
		})
	}
	// A benchmark of an error would be fast too.
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	a.MutateHandler().ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK || !strings.Contains(recorder.Body.String(), `"patch":`) {
		b.Fatal(recorder.Body)
	}
}

// discard is a response writer that keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return io.Discard.Write(p) }
func (d discard) WriteHeader(int)             {}
