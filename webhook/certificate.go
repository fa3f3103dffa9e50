package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"

	"github.com/sluice-dev/sluice/certs"
)

// certificates are what the server presents, wherever they come from.
type certificates interface {
	// GetCertificate is for a tls.Config.
	GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Check says why API servers would not accept what is served now, or nil.
	Check() error
	// Start keeps the certificates fresh until the context ends.
	Start(context.Context) error
	// Collector tells of them.
	Collector() prometheus.Collector
}

// ownCertificates keeps the certificates of a server that was given no files.
func ownCertificates(config *rest.Config, options *Options, warn func(reason, message string)) (certificates, error) {
	kept := options.Certificates
	kept.Logger, kept.Warn = options.Logger, warn
	authority, err := certs.New(config, kept)
	if err != nil {
		return nil, err
	}
	return authority, nil
}

// files are certificates that somebody else keeps in files.
type files struct{ *certwatcher.CertWatcher }

// watchCertificate reads the server's certificate and reads it again when the files
// change, so that one that is renewed in time never interrupts the service.
func watchCertificate(certificateFile, keyFile string) (*files, error) {
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
	return &files{watcher}, nil
}

// Check says whether the certificate is valid today.
func (f *files) Check() error {
	certificate, err := f.GetCertificate(nil)
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

// Collector tells when the certificate expires.
func (f *files) Collector() prometheus.Collector {
	return certs.LeafExpiry(func() (time.Time, bool) {
		certificate, err := f.GetCertificate(nil)
		if err != nil || certificate == nil || certificate.Leaf == nil {
			return time.Time{}, false
		}
		return certificate.Leaf.NotAfter, true
	})
}
