package webhook

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
)

// watchCertificate reads the server's certificate and reads it again when the files
// change, so that one that is renewed in time never interrupts the service.
func watchCertificate(certificateFile, keyFile string) (*certwatcher.CertWatcher, error) {
	for _, file := range []struct{ what, path string }{{"certificate", certificateFile}, {"private key", keyFile}} {
		if file.path == "" {
			return nil, fmt.Errorf("no file is given for the server's %s; the API server calls webhooks over TLS only", file.what)
		}
		if _, err := os.Stat(file.path); err != nil {
			return nil, fmt.Errorf("the server's %s: %w; mount the Secret that holds it, or name another file", file.what, err)
		}
	}
	watcher, err := certwatcher.New(certificateFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("the server's certificate %s with the key %s: %w", certificateFile, keyFile, err)
	}
	return watcher, nil
}

// certificateChecker says whether the certificate that is served is one that the API
// server can accept today.
func certificateChecker(get func(*tls.ClientHelloInfo) (*tls.Certificate, error)) func(*http.Request) error {
	return func(*http.Request) error {
		certificate, err := get(nil)
		if err != nil {
			return err
		}
		if certificate == nil || certificate.Leaf == nil {
			return errors.New("no certificate is loaded")
		}
		switch now, leaf := time.Now(), certificate.Leaf; {
		case now.Before(leaf.NotBefore):
			return fmt.Errorf("the server's certificate is valid from %s only", leaf.NotBefore.UTC().Format(time.RFC3339))
		case now.After(leaf.NotAfter):
			return fmt.Errorf("the server's certificate expired at %s", leaf.NotAfter.UTC().Format(time.RFC3339))
		}
		return nil
	}
}
