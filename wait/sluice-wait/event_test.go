package main

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// apiServer answers every request with a status, and keeps the last one. It returns
// who can tell it of a pod.
func apiServer(t *testing.T, status int) (*reporter, *http.Request, *[]byte) {
	t.Helper()
	var last http.Request
	var body []byte
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		last = *r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	credentials := t.TempDir()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for name, content := range map[string]string{"token": "secret\n", "ca.crt": string(authority)} {
		if err := os.WriteFile(filepath.Join(credentials, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &reporter{
		server: server.Listener.Addr().String(), credentials: credentials,
		namespace: "kafka", pod: "broker-0", uid: "b7e0",
	}, &last, &body
}

func TestTheEventIsOneOfThePod(t *testing.T) {
	r, request, body := apiServer(t, http.StatusCreated)
	if err := r.event(t.Context(), "nobody answered", time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if request.Method != http.MethodPost || request.URL.Path != "/api/v1/namespaces/kafka/events" || request.Header.Get("Authorization") != "Bearer secret" {
		t.Errorf("%s %s with %q", request.Method, request.URL.Path, request.Header.Get("Authorization"))
	}
	var event struct {
		Metadata struct {
			GenerateName string `json:"generateName"`
		} `json:"metadata"`
		InvolvedObject struct {
			Kind      string `json:"kind"`
			Namespace string `json:"namespace"`
			Name      string `json:"name"`
			UID       string `json:"uid"`
		} `json:"involvedObject"`
		Type          string `json:"type"`
		Reason        string `json:"reason"`
		Message       string `json:"message"`
		LastTimestamp string `json:"lastTimestamp"`
	}
	if err := json.Unmarshal(*body, &event); err != nil {
		t.Fatal(err)
	}
	of := event.InvolvedObject
	if event.Metadata.GenerateName != "broker-0." || of.Kind != "Pod" || of.Name != "broker-0" || of.Namespace != "kafka" || of.UID != "b7e0" ||
		event.Type != "Warning" || event.Reason != "WaitTimedOut" || event.Message != "nobody answered" || event.LastTimestamp != "1970-01-01T00:00:00Z" {
		t.Errorf("%s", *body)
	}
}

func TestWhyThereIsNoEventIsSaid(t *testing.T) {
	forbidden, _, _ := apiServer(t, http.StatusForbidden)
	broken, _, _ := apiServer(t, http.StatusInternalServerError)
	noToken, _, _ := apiServer(t, http.StatusCreated)
	noToken.credentials = t.TempDir()
	otherAuthority, _, _ := apiServer(t, http.StatusCreated)
	if err := os.WriteFile(filepath.Join(otherAuthority.credentials, "ca.crt"), []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, r := range map[string]*reporter{
		"the pod's service account may not create events": forbidden,
		"the API server answers 500":                      broken,
		"the pod has no token of a service account":       noToken,
		"no certificate of the API server's authority":    otherAuthority,
	} {
		if err := r.event(t.Context(), "nobody answered", time.Now()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
