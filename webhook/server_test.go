package webhook

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/settings"
)

// The other half of these tests, with a cluster that is there, is in
// test/apiserver.

func TestRunSaysWhatIsMissing(t *testing.T) {
	directory := t.TempDir()
	certificate, key := writeCertificate(t, directory, time.Now().Add(time.Hour))
	garbage := filepath.Join(directory, "garbage")
	if err := os.WriteFile(garbage, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	closed := closedPort(t)
	unreachable := filepath.Join(directory, "unreachable")
	if err := os.WriteFile(unreachable, []byte(`{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}],
		users: [{name: a, user: {}}], clusters: [{name: a, cluster: {server: "http://`+closed+`"}}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", filepath.Join(directory, "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	good := Options{
		Listen: "127.0.0.1:9443", CertificateFile: certificate, KeyFile: key, Kubeconfig: unreachable,
		Settings: settings.Default(), Logger: slog.New(slog.DiscardHandler),
	}
	for _, test := range []struct {
		name   string
		change func(*Options)
		say    []string
	}{
		{"no address", func(o *Options) { o.Listen = "9443" }, []string{`"9443"`, "[host]:port"}},
		{"port 0", func(o *Options) { o.Listen = ":0" }, []string{`":0"`, "1 to 65535"}},
		{"no certificate named", func(o *Options) { o.CertificateFile = "" }, []string{"certificate", "TLS"}},
		{"no certificate there", func(o *Options) { o.CertificateFile = filepath.Join(directory, "no.crt") }, []string{"certificate", "no.crt", "no such file"}},
		{"no key there", func(o *Options) { o.KeyFile = filepath.Join(directory, "no.key") }, []string{"private key", "no.key", "no such file"}},
		{"a certificate that is none", func(o *Options) { o.CertificateFile = garbage }, []string{"garbage", "PEM"}},
		{"a key of another certificate", func(o *Options) {
			other := t.TempDir()
			_, o.KeyFile = writeCertificate(t, other, time.Now().Add(time.Hour))
		}, []string{"private key does not match"}},
		{"no kubeconfig there", func(o *Options) { o.Kubeconfig = filepath.Join(directory, "no.config") }, []string{"kubeconfig", "no.config"}},
		{"no cluster known", func(o *Options) { o.Kubeconfig = "" }, []string{"no cluster is known", "--kubeconfig"}},
		{"a kubeconfig that is none", func(o *Options) { o.Kubeconfig = garbage }, []string{"kubeconfig"}},
		{"no API server there", func(*Options) {}, []string{"asking the cluster", closed, "--kubeconfig"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			options := good
			test.change(&options)
			err := Run(t.Context(), &options)
			if err == nil {
				t.Fatal("no error")
			}
			for _, say := range test.say {
				if !strings.Contains(err.Error(), say) {
					t.Errorf("%q is not in: %v", say, err)
				}
			}
		})
	}
}

func TestFilesAreCheckedForToday(t *testing.T) {
	directory := t.TempDir()
	for _, test := range []struct {
		name  string
		until time.Time
		say   string
	}{{"valid", time.Now().Add(time.Hour), ""}, {"expired", time.Now().Add(-time.Hour), "expired"}} {
		t.Run(test.name, func(t *testing.T) {
			certificate, key := writeCertificate(t, directory, test.until)
			watcher, err := watchCertificate(certificate, key)
			if err != nil {
				t.Fatal(err)
			}
			switch err := watcher.Check(); {
			case test.say == "" && err != nil:
				t.Error(err)
			case test.say != "" && (err == nil || !strings.Contains(err.Error(), test.say)):
				t.Errorf("got %v, want %q in it", err, test.say)
			}
		})
	}
}

// closedPort returns an address on which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func writeCertificate(t *testing.T, directory string, until time.Time) (certificateFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sluice"},
		NotBefore: until.Add(-24 * time.Hour), NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificateFile, keyFile = filepath.Join(directory, "tls.crt"), filepath.Join(directory, "tls.key")
	for file, block := range map[string]*pem.Block{
		certificateFile: {Type: "CERTIFICATE", Bytes: der},
		keyFile:         {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificateFile, keyFile
}
