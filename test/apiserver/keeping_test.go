package apiserver

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/certs"
	"github.com/sluice-dev/sluice/webhook"
)

// keeping is any number of replicas that keep certificates for one namespace, with
// the clock that they go by.
type keeping struct {
	options  certs.Options
	clock    *clocktesting.FakeClock
	replicas []*certs.Authority

	mutex  sync.Mutex
	log    bytes.Buffer
	warned []string
}

// Write is for the replicas' logger.
func (k *keeping) Write(line []byte) (int, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.log.Write(line)
}

// newKeeping installs webhook configurations without a caBundle, which send nothing
// but what is in a namespace of their own.
func newKeeping(t *testing.T) *keeping {
	t.Helper()
	namespace := newNamespace(t, nil, nil)
	k := &keeping{clock: clocktesting.NewFakeClock(time.Now())}
	k.options = certs.Options{
		Secret: types.NamespacedName{Namespace: namespace, Name: "sluice-certificates"}, Names: []string{"sluice." + namespace + ".svc"},
		MutatingConfiguration: "mutating-" + namespace, ValidatingConfiguration: "validating-" + namespace,
		Clock: k.clock, Logger: slog.New(slog.NewJSONHandler(k, nil)),
		Warn: func(reason, message string) {
			k.mutex.Lock()
			defer k.mutex.Unlock()
			k.warned = append(k.warned, reason+": "+message)
		},
	}
	install(t, k.mutating())
	install(t, k.validating())
	return k
}

func (k *keeping) mutating() *admissionregistrationv1.MutatingWebhookConfiguration {
	configuration := webhook.MutatingConfiguration(webhook.Endpoint{Namespace: k.options.Secret.Namespace, Service: "sluice"})
	configuration.Name = k.options.MutatingConfiguration
	for i := range configuration.Webhooks {
		configuration.Webhooks[i].NamespaceSelector = nil
		configuration.Webhooks[i].ObjectSelector = nobody()
	}
	return configuration
}

func (k *keeping) validating() *admissionregistrationv1.ValidatingWebhookConfiguration {
	configuration := webhook.ValidatingConfiguration(webhook.Endpoint{Namespace: k.options.Secret.Namespace, Service: "sluice"})
	configuration.Name = k.options.ValidatingConfiguration
	for i := range configuration.Webhooks {
		configuration.Webhooks[i].NamespaceSelector = nil
		configuration.Webhooks[i].ObjectSelector = nobody()
	}
	return configuration
}

// start adds a replica, and returns what stops it.
func (k *keeping) start(t *testing.T) (*certs.Authority, context.CancelFunc) {
	t.Helper()
	return k.startWith(t, plane.config, k.options)
}

func (k *keeping) startWith(t *testing.T, config *rest.Config, options certs.Options) (*certs.Authority, context.CancelFunc) {
	t.Helper()
	replica, err := certs.New(config, options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := replica.Start(ctx); err != nil {
			t.Error(err)
		}
	}()
	stop := func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	k.replicas = append(k.replicas, replica)
	return replica, stop
}

// agree waits until every replica serves the leaf of the Secret, both configurations
// have its authorities, API servers accept it, and the condition holds; a replica
// that sleeps is woken by the clock, which passes a second at a time.
func (k *keeping) agree(t *testing.T, what string, condition func(authorities []*x509.Certificate, leaf *x509.Certificate) error) (authorities []*x509.Certificate, leaf *x509.Certificate) {
	t.Helper()
	eventually(t, what, func(ctx context.Context) error {
		k.clock.Step(time.Second)
		var secret corev1.Secret
		if err := plane.client.Get(ctx, k.options.Secret, &secret); err != nil {
			return err
		}
		authorities = certificates(t, secret.Data["ca.crt"])
		leaves := certificates(t, secret.Data["tls.crt"])
		if len(authorities) == 0 || len(leaves) != 1 {
			return fmt.Errorf("%d authorities, %d leaves", len(authorities), len(leaves))
		}
		leaf = leaves[0]
		// First what handshakes do: they wake a replica whose leaf is of no use, as a timer
		// of the fake clock does not once that was set back.
		for i, replica := range k.replicas {
			served, err := replica.GetCertificate(nil)
			if err == nil && !served.Leaf.Equal(leaf) {
				err = errors.New("it serves another certificate than the Secret's")
			}
			if err == nil {
				err = replica.Check()
			}
			if err != nil {
				return fmt.Errorf("replica %d: %w", i, err)
			}
		}
		if err := k.published(ctx, secret.Data["ca.crt"], leaf); err != nil {
			return err
		}
		return condition(authorities, leaf)
	})
	return authorities, leaf
}

// published says whether API servers accept a leaf by both configurations, at the
// time of the replicas.
func (k *keeping) published(ctx context.Context, bundle []byte, leaf *x509.Certificate) error {
	mutating, validating := k.mutating(), k.validating()
	if err := errors.Join(
		plane.client.Get(ctx, client.ObjectKeyFromObject(mutating), mutating),
		plane.client.Get(ctx, client.ObjectKeyFromObject(validating), validating),
	); err != nil {
		return err
	}
	var clients []admissionregistrationv1.WebhookClientConfig
	for i := range mutating.Webhooks {
		clients = append(clients, mutating.Webhooks[i].ClientConfig)
	}
	for i := range validating.Webhooks {
		clients = append(clients, validating.Webhooks[i].ClientConfig)
	}
	for _, config := range clients {
		if !bytes.Equal(config.CABundle, bundle) {
			return errors.New("the caBundle is not the Secret's")
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(config.CABundle)
		name := config.Service.Name + "." + config.Service.Namespace + ".svc"
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name, CurrentTime: k.clock.Now()}); err != nil {
			return err
		}
	}
	return nil
}

func certificates(t *testing.T, text []byte) []*x509.Certificate {
	t.Helper()
	var list []*x509.Certificate
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return list
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil
		}
		list = append(list, certificate)
	}
}

// nobody selects no object.
func nobody() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"sluice.test/nobody": "true"}}
}

func anything([]*x509.Certificate, *x509.Certificate) error { return nil }

// another demands other certificates than these.
func another(authority, leaf *x509.Certificate) func([]*x509.Certificate, *x509.Certificate) error {
	return func(authorities []*x509.Certificate, got *x509.Certificate) error {
		if authority != nil && authorities[0].Equal(authority) {
			return errors.New("the authority is the old one")
		}
		if leaf != nil && got.Equal(leaf) {
			return errors.New("the leaf is the old one")
		}
		return nil
	}
}
