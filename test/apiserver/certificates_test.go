package apiserver

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/certs"
)

func TestReplicasAgreeOnOneCertificateAndRenewItByTheWallClock(t *testing.T) {
	k := newKeeping(t)
	for range 5 {
		k.start(t)
	}
	authorities, first := k.agree(t, "the first certificate", anything)
	if len(authorities) != 1 {
		t.Errorf("%d authorities", len(authorities))
	}
	const day = 24 * time.Hour
	k.clock.Step(5 * day)
	_, second := k.agree(t, "a renewed leaf", another(nil, first))

	// An authority is due, and with it a leaf: nobody looked for months.
	k.clock.Step(240 * day)
	authorities, third := k.agree(t, "a renewed authority", another(authorities[0], second))
	k.clock.Step(5 * day)
	_, _ = k.agree(t, "a renewed leaf of the new authority", another(nil, third))
	k.clock.Step(4 * day)
	k.agree(t, "one authority again", func(authorities []*x509.Certificate, _ *x509.Certificate) error {
		if len(authorities) != 1 {
			return fmt.Errorf("%d authorities", len(authorities))
		}
		return nil
	})
	// The machine slept through everything.
	k.clock.Step(5 * 365 * day)
	authorities, fifth := k.agree(t, "certificates after years", another(authorities[0], nil))
	k.clock.SetTime(time.Now())
	k.agree(t, "certificates after the clock was set back by years", another(authorities[0], fifth))
}

func TestTheBundleHasAnOwnerThatOwnsNothingElse(t *testing.T) {
	k := newKeeping(t)
	k.start(t)
	k.agree(t, "the first certificate", anything)
	mutating := k.mutating()
	if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(mutating), mutating); err != nil {
		t.Fatal(err)
	}
	entry := mutating.ManagedFields[slices.IndexFunc(mutating.ManagedFields, func(f metav1.ManagedFieldsEntry) bool { return f.Manager == certs.FieldManager })]
	var fields any
	if err := json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields); err != nil {
		t.Fatal(err)
	}
	owned := leaves("", fields)
	if want := `/f:webhooks/k:{"name":"pods.sluice.dev"}/f:clientConfig/f:caBundle`; !slices.Contains(owned, want) {
		t.Errorf("owned: %v", owned)
	}
	for _, field := range owned {
		if !strings.HasSuffix(field, "/f:caBundle") && !strings.HasSuffix(field, "/f:name") && !strings.HasSuffix(field, "/.") {
			t.Errorf("owned: %s", field)
		}
	}

	// Whoever installed the configuration applies it again, without a caBundle.
	bundle := mutating.Webhooks[0].ClientConfig.CABundle
	again := k.mutating()
	again.Webhooks[0].TimeoutSeconds = new(int32(1))
	if err := plane.client.Patch(t.Context(), again, client.Merge); err != nil {
		t.Fatal(err)
	}
	// A merge patch replaces lists, and the caBundle in them; it comes back.
	eventually(t, "the caBundle", func(ctx context.Context) error {
		if err := plane.client.Get(ctx, client.ObjectKeyFromObject(again), again); err != nil {
			return err
		}
		if !bytes.Equal(again.Webhooks[0].ClientConfig.CABundle, bundle) || *again.Webhooks[0].TimeoutSeconds != 1 {
			return errors.New("another bundle or time-out")
		}
		return nil
	})
}

// leaves lists the paths of a managed field set.
func leaves(path string, fields any) []string {
	object, ok := fields.(map[string]any)
	if !ok || len(object) == 0 {
		return []string{path}
	}
	var list []string
	for key, value := range object {
		list = append(list, leaves(path+"/"+key, value)...)
	}
	return list
}

func TestAConfigurationThatGoesAndComesIsNobodysFailureAndNeverOurs(t *testing.T) {
	k := newKeeping(t)
	replica, _ := k.start(t)
	k.agree(t, "the first certificate", anything)
	if err := plane.client.Delete(t.Context(), k.mutating()); err != nil {
		t.Fatal(err)
	}
	k.clock.Step(time.Hour)
	absent(t, k.mutating())
	if err := replica.Check(); err != nil {
		t.Errorf("nobody calls, and it is not ready: %v", err)
	}
	if err := plane.client.Create(t.Context(), k.mutating()); err != nil {
		t.Fatal(err)
	}
	k.agree(t, "the caBundle of the new configuration", anything)
}

func TestWhateverBecomesOfTheSecretTheLeafThatIsServedStaysTrusted(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(*corev1.Secret)
		warns  bool
	}{
		{"deleted", nil, false},
		{"emptied", func(s *corev1.Secret) { s.Data = nil }, false},
		{"garbage for all", func(s *corev1.Secret) {
			for key := range s.Data {
				s.Data[key] = []byte("garbage")
			}
		}, true},
		{"no authorities", func(s *corev1.Secret) { delete(s.Data, "ca.crt") }, false},
		{"the authority's key garbled", func(s *corev1.Secret) { s.Data["ca.key"] = s.Data["tls.key"] }, true},
		{"the leaf garbled", func(s *corev1.Secret) { s.Data["tls.crt"] = s.Data["ca.crt"] }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := newKeeping(t)
			for range 3 {
				k.start(t)
			}
			authorities, leaf := k.agree(t, "the first certificate", anything)
			var secret corev1.Secret
			if err := plane.client.Get(t.Context(), k.options.Secret, &secret); err != nil {
				t.Fatal(err)
			}
			version := secret.ResourceVersion
			if test.damage == nil {
				if err := plane.client.Delete(t.Context(), &secret); err != nil {
					t.Fatal(err)
				}
			} else {
				test.damage(&secret)
				if err := plane.client.Update(t.Context(), &secret); err != nil {
					t.Fatal(err)
				}
			}
			damaged := secret.ResourceVersion
			eventually(t, "the Secret put right", func(ctx context.Context) error {
				if err := plane.client.Get(ctx, k.options.Secret, &secret); err != nil {
					return err
				}
				if secret.ResourceVersion == version || secret.ResourceVersion == damaged {
					return errors.New("nobody has put it right")
				}
				return nil
			})
			k.agree(t, "agreement", func(now []*x509.Certificate, served *x509.Certificate) error {
				if !served.Equal(leaf) {
					return errors.New("the leaf changed although it was good")
				}
				if !slices.ContainsFunc(now, authorities[0].Equal) {
					return errors.New("its authority is not trusted any more")
				}
				return nil
			})
			k.mutex.Lock()
			if warned := strings.Contains(strings.Join(k.warned, "\n"), "CertificatesDamaged: The Secret "+k.options.Secret.String()); warned != test.warns {
				t.Errorf("told a person: %v", k.warned)
			}
			if !strings.Contains(k.log.String(), "certificates renewed") {
				t.Errorf("the log says nothing: %s", k.log.String())
			}
			k.mutex.Unlock()
			k.clock.Step(2 * time.Hour)
			k.agree(t, "a settled authority", func(now []*x509.Certificate, served *x509.Certificate) error {
				return served.CheckSignatureFrom(now[0])
			})
		})
	}
}

func TestAForeignSecretIsLeftAloneAndAPersonIsCalled(t *testing.T) {
	k := newKeeping(t)
	foreign := &corev1.Secret{
		ObjectMeta: named(k.options.Secret.Namespace, k.options.Secret.Name),
		Data:       map[string][]byte{"password": []byte("of somebody else")},
	}
	if err := plane.client.Create(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	replica, _ := k.start(t)
	eventually(t, "a call for a person", func(context.Context) error {
		k.mutex.Lock()
		defer k.mutex.Unlock()
		if !strings.Contains(strings.Join(k.warned, "\n"), "is of type Opaque and not ours") {
			return fmt.Errorf("warned: %v", k.warned)
		}
		return nil
	})
	if err := replica.Check(); err == nil {
		t.Error("ready without a certificate")
	}
	if _, err := replica.GetCertificate(nil); err == nil {
		t.Error("a certificate out of nothing")
	}
	if err := plane.client.Get(t.Context(), k.options.Secret, foreign); err != nil || len(foreign.Data) != 1 {
		t.Errorf("somebody else's Secret was changed: %v, %v", foreign.Data, err)
	}
	if err := plane.client.Delete(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	k.agree(t, "a Secret of our own", anything)
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if !strings.Contains(k.log.String(), "in order again") {
		t.Errorf("the log does not say that all is well again: %s", k.log.String())
	}
}

// It is the API server that checks certificates. Here its answers are dated two years
// from now, and the replica's clock is right for everybody else.
func TestTheTimeIsTheAPIServers(t *testing.T) {
	k := newKeeping(t)
	const ahead = 2 * 365 * 24 * time.Hour
	k.clock.SetTime(time.Now().Add(ahead))
	options, config := k.options, rest.CopyConfig(plane.config)
	options.Clock = nil
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			response, err := next.RoundTrip(request)
			if err == nil {
				response.Header.Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
			}
			return response, err
		})
	})
	k.startWith(t, config, options)
	k.agree(t, "a certificate that is valid in two years", anything)
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip is for http.Client.
func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func TestAnAPIServerThatRefusesEverythingIsSaid(t *testing.T) {
	k := newKeeping(t)
	config := rest.AnonymousClientConfig(plane.config)
	replica, _ := k.startWith(t, config, k.options)
	k.replicas = nil
	eventually(t, "a call for a person", func(context.Context) error {
		k.clock.Step(time.Minute)
		k.mutex.Lock()
		defer k.mutex.Unlock()
		if !strings.Contains(strings.Join(k.warned, "\n"), "reading the Secret") {
			return fmt.Errorf("warned: %v", k.warned)
		}
		return nil
	})
	if err := replica.Check(); err == nil {
		t.Error("ready without a certificate")
	}
	if err := plane.client.Get(t.Context(), k.options.Secret, &corev1.Secret{}); !apierrors.IsNotFound(err) {
		t.Errorf("a Secret: %v", err)
	}
}
