package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	admissionv1 "k8s.io/api/admission/v1"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
)

// desk is an Admission with what a test looks at afterwards.
type desk struct {
	*Admission
	metrics *Metrics
	log     *bytes.Buffer
}

// newDesk answers by the real pipeline, in a mesh.
func newDesk(t testing.TB, s settings.Settings) desk {
	t.Helper()
	return deskOf(pipeline.New(s, mesh{}))
}

func deskOf(reviewer Reviewer) desk {
	d := desk{metrics: NewMetrics(), log: &bytes.Buffer{}}
	log := slog.New(slog.NewJSONHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d.Admission = NewAdmission(reviewer, "sluice-system", d.metrics, log)
	return d
}

// mesh is a cluster with two namespaces, into which Istio injects: kafka, and off,
// where Sluice is off.
type mesh struct{ surroundings.None }

var namespaces = map[string]surroundings.Namespace{
	"kafka": {Labels: map[string]string{"istio-injection": "enabled"}},
	"off":   {Labels: map[string]string{"istio-injection": "enabled"}, Annotations: map[string]string{"sluice.dev/mode": "off"}},
}

func (mesh) Namespace(_ context.Context, name string) (surroundings.Namespace, surroundings.Knowledge) {
	found, ok := namespaces[name]
	if !ok {
		return found, surroundings.Absent
	}
	return found, surroundings.Found
}

func (mesh) Delivery(context.Context) surroundings.Delivery { return surroundings.DeliveryPodIP }

func (d desk) count(path string, outcome Outcome, dryRun string) float64 {
	return testutil.ToFloat64(d.metrics.requests.WithLabelValues(path, string(outcome), dryRun))
}

// post sends a body as the API server does.
func post(handler http.Handler, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

// asked sends a review and reads the answer as an API server reads it.
func asked(t *testing.T, handler http.Handler, body string) *admissionv1.AdmissionResponse {
	t.Helper()
	recorder := post(handler, body)
	if recorder.Code != http.StatusOK {
		t.Fatalf("status %d: %s", recorder.Code, recorder.Body)
	}
	if got := recorder.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type: %q", got)
	}
	decoder := json.NewDecoder(recorder.Body)
	decoder.DisallowUnknownFields()
	var review admissionv1.AdmissionReview
	if err := decoder.Decode(&review); err != nil {
		t.Fatalf("the answer is no AdmissionReview: %v", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Errorf("the answer goes on after its end: %v", err)
	}
	switch {
	case review.Kind != "AdmissionReview" || review.APIVersion != "admission.k8s.io/v1":
		t.Errorf("the answer is a %s of %s", review.Kind, review.APIVersion)
	case review.Response == nil:
		t.Fatal("the answer has no response")
	case review.Response.UID != "uid-1":
		t.Errorf("the UID is %q", review.Response.UID)
	}
	return review.Response
}

// answered sends a review that nobody asks to refuse.
func answered(t *testing.T, handler http.Handler, body string) *admissionv1.AdmissionResponse {
	t.Helper()
	response := asked(t, handler, body)
	if !response.Allowed {
		t.Errorf("the object was refused: %s", response.Result.Message)
	}
	return response
}

// request is an AdmissionReview in the making: JSON by field, so that each test
// changes what it is about.
type request map[string]any

func podReview(t testing.TB) request {
	t.Helper()
	pod, err := os.ReadFile("testdata/pod.json")
	if err != nil {
		t.Fatal(err)
	}
	return request{
		"uid":       "uid-1",
		"kind":      map[string]string{"group": "", "version": "v1", "kind": "Pod"},
		"resource":  map[string]string{"group": "", "version": "v1", "resource": "pods"},
		"namespace": "kafka",
		"operation": "CREATE",
		"object":    json.RawMessage(pod),
		"oldObject": nil,
		"dryRun":    false,
	}
}

// statefulSetReview wraps the pod of podReview in a StatefulSet.
func statefulSetReview(t testing.TB) request {
	t.Helper()
	r := podReview(t)
	r["kind"] = map[string]string{"group": "apps", "version": "v1", "kind": "StatefulSet"}
	r["resource"] = map[string]string{"group": "apps", "version": "v1", "resource": "statefulsets"}
	r["object"] = statefulSet(t, 3, r["object"].(json.RawMessage))
	return r
}

func statefulSet(t testing.TB, replicas int, pod []byte) json.RawMessage {
	t.Helper()
	var template map[string]any
	if err := json.Unmarshal(pod, &template); err != nil {
		t.Fatal(err)
	}
	object, err := json.Marshal(map[string]any{
		"apiVersion": "apps/v1", "kind": "StatefulSet",
		"metadata": map[string]any{"name": "zookeeper", "namespace": "kafka"},
		"spec": map[string]any{
			"replicas": replicas, "serviceName": "zookeeper-headless",
			"template": map[string]any{"metadata": template["metadata"], "spec": template["spec"]},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// with returns the request with one field changed; nil removes it.
func (r request) with(field string, value any) request {
	changed := maps.Clone(r)
	if changed[field] = value; value == nil {
		delete(changed, field)
	}
	return changed
}

// edited returns the request with the object's JSON edited.
func (r request) edited(t testing.TB, old, replacement string) request {
	t.Helper()
	return r.with("object", json.RawMessage(replaced(t, string(r["object"].(json.RawMessage)), old, replacement)))
}

func replaced(t testing.TB, text, old, replacement string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("there is no %s to replace", old)
	}
	return strings.Replace(text, old, replacement, 1)
}

// String is the whole review.
func (r request) String() string { return r.of("admission.k8s.io/v1") }

func (r request) of(apiVersion string) string {
	body, err := json.Marshal(map[string]any{"kind": "AdmissionReview", "apiVersion": apiVersion, "request": r})
	if err != nil {
		panic(err)
	}
	return string(body)
}
