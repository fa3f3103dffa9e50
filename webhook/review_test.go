package webhook

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/settings"
)

func TestRejectsWhatIsNoReview(t *testing.T) {
	whole := podReview(t).String()
	for _, test := range []struct {
		name   string
		body   string
		status int
		say    string
	}{
		{"no body", "", 400, "no body"},
		{"truncated", whole[:len(whole)/2], 400, "not a JSON document"},
		{"no JSON", "kind: AdmissionReview", 400, "not a JSON document"},
		{"two documents", whole + whole, 400, "not a JSON document"},
		{"a list", "[" + whole + "]", 400, "send an AdmissionReview"},
		{"a string", `"AdmissionReview"`, 400, "send an AdmissionReview"},
		{"null", `null`, 400, "send an AdmissionReview"},
		{"another kind", replaced(t, whole, "AdmissionReview", "TokenReview"), 400, "TokenReview"},
		{"another group", podReview(t).of("authentication.k8s.io/v1"), 400, "authentication.k8s.io/v1"},
		{"another version", podReview(t).of("admission.k8s.io/v2"), 400, "admission.k8s.io/v2"},
		{"a kind that is no string", `{"kind":["AdmissionReview"],"apiVersion":"admission.k8s.io/v1","request":{"uid":"1"}}`, 400, "send an AdmissionReview"},
		{"no request", `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}`, 400, "no request"},
		{"a request that is a list", `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":[]}`, 400, "no request"},
		{"no UID", podReview(t).with("uid", nil).String(), 400, "request.uid"},
		{"a UID that is a number", podReview(t).with("uid", 1).String(), 400, "request.uid"},
		{"a duplicate key", replaced(t, whole, `"namespace":"kafka"`, `"namespace":"kafka","namespace":"kube-system"`), 400, "namespace stands here twice"},
		{"nested too deeply", replaced(t, whole, `"status":{}`, `"status":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)), 400, "nest"},
		{"no UTF-8", replaced(t, whole, "zookeeper-0", "zookeeper-\xff"), 400, "UTF-8"},
		{"too large", whole + strings.Repeat(" ", MaxBody), 413, "larger than 7340032 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t, settings.Default())
			for path, handler := range map[string]http.Handler{MutatePath: d.MutateHandler(), ValidatePath: d.ValidateHandler()} {
				recorder := post(handler, test.body)
				if recorder.Code != test.status {
					t.Errorf("%s: status %d, want %d", path, recorder.Code, test.status)
				}
				if said := recorder.Body.String(); !strings.Contains(said, test.say) || len(said) > 300 {
					t.Errorf("%s: said %q, want %q in it, and briefly", path, said, test.say)
				}
				if got := d.count(path, Rejected, "false"); got != 1 {
					t.Errorf("%s: counted %v times", path, got)
				}
			}
		})
	}
}

func TestRejectsOtherRequests(t *testing.T) {
	handler := newDesk(t, settings.Default()).MutateHandler()
	for _, test := range []struct {
		name, method, contentType string
		status                    int
	}{
		{"GET", http.MethodGet, "", http.StatusMethodNotAllowed},
		{"PUT", http.MethodPut, "application/json", http.StatusMethodNotAllowed},
		{"YAML", http.MethodPost, "application/yaml", http.StatusUnsupportedMediaType},
		{"no type", http.MethodPost, "", http.StatusUnsupportedMediaType},
		{"no such type", http.MethodPost, "json;;", http.StatusUnsupportedMediaType},
		{"a charset", http.MethodPost, "application/json; charset=utf-8", http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "/", strings.NewReader(podReview(t).String()))
			r.Header.Set("Content-Type", test.contentType)
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, r)
			if recorder.Code != test.status {
				t.Errorf("status %d, want %d: %s", recorder.Code, test.status, recorder.Body)
			}
			if test.status == http.StatusMethodNotAllowed && recorder.Header().Get("Allow") != http.MethodPost {
				t.Errorf("Allow: %q", recorder.Header().Get("Allow"))
			}
		})
	}
}

// A client that announces no length, or a wrong one, gets no further.
func TestBoundsABodyOfUnknownLength(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", io.LimitReader(spaces{}, 1<<40))
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = -1
	recorder := httptest.NewRecorder()
	newDesk(t, settings.Default()).MutateHandler().ServeHTTP(recorder, r)
	if recorder.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", recorder.Code)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestRejectsABodyThatBreaksOff(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(`{"kind":`), errReader{})
	r := httptest.NewRequest(http.MethodPost, "/", broken)
	r.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	newDesk(t, settings.Default()).MutateHandler().ServeHTTP(recorder, r)
	if recorder.Code != http.StatusBadRequest || !strings.Contains(recorder.Body.String(), "the line is dead") {
		t.Errorf("status %d: %s", recorder.Code, recorder.Body)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("the line is dead") }
