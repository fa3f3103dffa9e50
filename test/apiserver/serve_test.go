package apiserver

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

func TestServeIsReadyOnceItHasReadTheNamespacesAndDrainsWhenStopped(t *testing.T) {
	namespace := newNamespace(t, inMesh, map[string]string{"sluice.dev/mode": "off"})
	s := serve(t, "sluice-ready", "--drain", "10s")

	s.ready(t, http.StatusInternalServerError, "[-]namespaces failed")
	if status, body, err := s.get(t.Context(), s.health, "/healthz"); err != nil || status != http.StatusOK {
		t.Errorf("not alive: status %d, %v: %s", status, err, body)
	}
	// An API server that calls early gets an answer: what is unknown is not guessed.
	eventually(t, "an answer before the namespaces are read", func(ctx context.Context) error {
		response, err := s.mutate(ctx, t, namespace)
		if err == nil && response.Patch == nil {
			err = errors.New("the mode of a namespace counts that nobody has read")
		}
		return err
	})

	grant(t, "sluice-ready")
	s.ready(t, http.StatusOK, "[+]namespaces ok")
	if response, err := s.mutate(t.Context(), t, namespace); err != nil || response.Patch != nil {
		t.Errorf("the namespace is off: %v, %+v", err, response)
	}
	status, metrics, err := s.get(t.Context(), s.metrics, "/metrics")
	if err != nil || status != http.StatusOK {
		t.Fatalf("metrics: status %d, %v", status, err)
	}
	for _, line := range []string{
		`sluice_admission_requests_total{dry_run="false",outcome="unchanged",path="/mutate"} 1`,
		`sluice_skips_total{reason="sluice/off"} 5`,
		`sluice_panics_total 0`,
		`controller_runtime_webhook_requests_total{code="200",webhook="/mutate"}`,
		`certwatcher_read_certificate_total`,
	} {
		if !strings.Contains(metrics, line) {
			t.Errorf("/metrics has no %s", line)
		}
	}

	s.stop()
	s.ready(t, http.StatusInternalServerError, "[-]draining failed")
	if _, err := s.mutate(t.Context(), t, namespace); err != nil {
		t.Errorf("no answer while draining: %v", err)
	}
	ended := s.wait(t)
	if ended.code != 0 {
		t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
	}
	for line := range strings.Lines(ended.stderr) {
		if !json.Valid([]byte(line)) {
			t.Errorf("the log has a line that is no JSON: %s", line)
		}
	}
	if !strings.Contains(ended.stderr, `"outcome":"patched"`) {
		t.Error("the log does not tell of the review")
	}
	if _, err := s.mutate(t.Context(), t, namespace); err == nil {
		t.Error("the server answers after its end")
	}
}

func TestServeTakesARenewedCertificate(t *testing.T) {
	grant(t, "sluice-renewed")
	s := serve(t, "sluice-renewed")
	s.ready(t, http.StatusOK, "[+]certificate ok")
	presented := func(ctx context.Context, want int64) error {
		state, err := s.shown(ctx)
		if err != nil {
			return err
		}
		if got := state.PeerCertificates[0].SerialNumber.Int64(); got != want {
			return fmt.Errorf("certificate %d", got)
		}
		if state.Version != tls.VersionTLS13 {
			return fmt.Errorf("TLS version %x", state.Version)
		}
		return nil
	}
	eventually(t, "the first certificate", func(ctx context.Context) error { return presented(ctx, 1) })
	s.certify(t, 2)
	eventually(t, "the renewed certificate", func(ctx context.Context) error { return presented(ctx, 2) })

	old := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}}
	if connection, err := old.DialContext(t.Context(), "tcp", s.listen); err == nil {
		connection.Close()
		t.Error("TLS 1.2 is accepted")
	}
}

func TestServeStopsAlthoughItNeverGotReady(t *testing.T) {
	s := serve(t, "sluice-forbidden")
	s.ready(t, http.StatusInternalServerError, "[-]namespaces failed")
	s.stop()
	if ended := s.wait(t); ended.code != 0 {
		t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
	}
}

func TestServeSaysThatAnAddressIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	grant(t, "sluice-taken")
	for _, flag := range []string{"--listen", "--metrics", "--health"} {
		t.Run(flag, func(t *testing.T) {
			s := serve(t, "sluice-taken", flag, listener.Addr().String())
			ended := s.wait(t)
			last := ended.stderr[strings.LastIndex(strings.TrimSpace(ended.stderr), "\n")+1:]
			if ended.code != 2 || !strings.Contains(last, listener.Addr().String()) || !strings.Contains(last, "address already in use") {
				t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
			}
		})
	}
}

func TestServeSaysThatTheClusterRefusesItsCredentials(t *testing.T) {
	s := serve(t, "sluice-unknown", "--kubeconfig", anonymous(t))
	if ended := s.wait(t); ended.code != 2 || !strings.Contains(ended.stderr, "asking the cluster at") || !strings.Contains(ended.stderr, "forbidden") {
		t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
	}
}

// anonymous writes a kubeconfig that names the API server and nobody.
func anonymous(t *testing.T) string {
	t.Helper()
	config := api.NewConfig()
	config.Clusters["cluster"] = &api.Cluster{Server: plane.config.Host, CertificateAuthorityData: plane.config.CAData}
	config.Contexts["context"] = &api.Context{Cluster: "cluster"}
	config.CurrentContext = "context"
	file := filepath.Join(t.TempDir(), "anonymous.kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		t.Fatal(err)
	}
	return file
}
