package apiserver

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/webhook"
)

// gate is Sluice for one namespace: its real handlers behind TLS, its real
// configurations narrowed to that namespace, and a record of what came through.
type gate struct {
	namespace string
	url       string
	authority []byte

	mutex   sync.Mutex
	reviews []reviewed
}

// reviewed is one review that came through.
type reviewed struct {
	path     string
	request  *admissionv1.AdmissionRequest
	response *admissionv1.AdmissionResponse
	// tree is the object as the pipeline left it, and result what it said; nil and
	// zero when the handler did not ask.
	tree   *document.Node
	result pipeline.Result
}

// newGate opens a gate. It is open when this returns: the API server takes a moment
// to hear of a configuration.
func newGate(t *testing.T, namespace string, s settings.Settings) *gate {
	t.Helper()
	g := &gate{namespace: namespace}
	around := surroundings.WithSettings(plane.around, s.Mesh)
	asked := &asking{Reviewer: pipeline.New(s, around)}
	admission := webhook.NewAdmission(asked, "sluice-system", webhook.NewMetrics(), slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	mux.Handle(webhook.MutatePath, g.recording(admission.MutateHandler()))
	mux.Handle(webhook.ValidatePath, g.recording(admission.ValidateHandler()))
	g.serve(t, mux)

	endpoint := webhook.Endpoint{Namespace: "sluice-system", URL: g.url, CABundle: g.authority}
	mutating := webhook.MutatingConfiguration(endpoint)
	mutating.Name += "-" + namespace
	for i := range mutating.Webhooks {
		only(mutating.Webhooks[i].NamespaceSelector, namespace)
	}
	validating := webhook.ValidatingConfiguration(endpoint)
	validating.Name += "-" + namespace
	for i := range validating.Webhooks {
		only(validating.Webhooks[i].NamespaceSelector, namespace)
	}
	install(t, mutating)
	install(t, validating)
	eventually(t, "the webhook configurations", func(ctx context.Context) error {
		probe := &corev1.Pod{
			ObjectMeta: named(namespace, "probe"),
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "zookeeper", Image: "zookeeper:3.9"}}},
		}
		if err := plane.client.Create(ctx, probe, client.DryRunAll); err != nil {
			return err
		}
		if len(g.seen(webhook.MutatePath)) == 0 || len(g.seen(webhook.ValidatePath)) == 0 {
			return errors.New("the API server does not call yet")
		}
		return nil
	})
	g.forget()
	return g
}

// serve starts an HTTPS server for the test.
func (g *gate) serve(t *testing.T, handler http.Handler) {
	t.Helper()
	g.url, g.authority = serveTLS(t, handler)
}

func serveTLS(t *testing.T, handler http.Handler) (url string, authority []byte) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return server.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

// install creates a webhook configuration for the time of the test.
func install(t *testing.T, configuration client.Object) {
	t.Helper()
	if err := plane.client.Create(t.Context(), configuration); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.client.Delete(context.Background(), configuration); err != nil {
			t.Error(err)
		}
	})
}

// only narrows a selector to one namespace.
func only(selector *metav1.LabelSelector, namespace string) {
	selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
		Key: corev1.LabelMetadataName, Operator: metav1.LabelSelectorOpIn, Values: []string{namespace},
	})
}

// asking is a Reviewer that notes, in the context, what it was asked and answered.
type asking struct{ webhook.Reviewer }

type noteKey struct{}

// Review reviews and notes.
func (a *asking) Review(ctx context.Context, request pipeline.Request) (pipeline.Result, error) {
	result, err := a.Reviewer.Review(ctx, request)
	if note, ok := ctx.Value(noteKey{}).(*reviewed); ok {
		note.tree, note.result = request.Root, result
	}
	return result, err
}

// recording notes each review that the handler answers.
func (g *gate) recording(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		note := reviewed{path: r.URL.Path}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), noteKey{}, &note)))

		var asked, answered admissionv1.AdmissionReview
		if json.Unmarshal(body, &asked) == nil {
			note.request = asked.Request
		}
		if json.Unmarshal(recorder.Body.Bytes(), &answered) == nil {
			note.response = answered.Response
		}
		g.mutex.Lock()
		g.reviews = append(g.reviews, note)
		g.mutex.Unlock()
		w.Header().Set("Content-Type", recorder.Header().Get("Content-Type"))
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// seen returns the reviews that came to a path so far.
func (g *gate) seen(path string) []reviewed {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(g.reviews), func(r reviewed) bool { return r.path != path })
}

// forget forgets the reviews so far.
func (g *gate) forget() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.reviews = nil
}
