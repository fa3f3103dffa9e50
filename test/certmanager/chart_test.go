package main

import (
	"strings"
	"testing"
	"time"

	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/charts"
)

// decode returns the chart's objects of cert-manager. A field that cert-manager does
// not know fails the test: the API server would drop it and say nothing.
func decode(t *testing.T, values map[string]any) (issuers []cmapi.Issuer, certificates map[string]cmapi.Certificate) {
	t.Helper()
	text, err := charts.Render(charts.Release{Name: "sluice", Namespace: "sluice-system", Service: "Helm"}, values)
	if err != nil {
		t.Fatal(err)
	}
	certificates = map[string]cmapi.Certificate{}
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var kind metav1.TypeMeta
		if err := yaml.Unmarshal([]byte(document), &kind); err != nil {
			t.Fatal(err)
		}
		if kind.APIVersion != cmapi.SchemeGroupVersion.String() {
			continue
		}
		switch kind.Kind {
		case cmapi.IssuerKind:
			var issuer cmapi.Issuer
			if err := yaml.UnmarshalStrict([]byte(document), &issuer); err != nil {
				t.Fatal(err)
			}
			issuers = append(issuers, issuer)
		case cmapi.CertificateKind:
			var certificate cmapi.Certificate
			if err := yaml.UnmarshalStrict([]byte(document), &certificate); err != nil {
				t.Fatal(err)
			}
			certificates[certificate.Name] = certificate
		default:
			t.Errorf("nobody looks at %s", kind.Kind)
		}
	}
	return issuers, certificates
}

func TestTheChartsCertificatesAreCertManagers(t *testing.T) {
	issuers, certificates := decode(t, map[string]any{"certificates": map[string]any{"provider": "cert-manager"}})
	if len(issuers) != 2 || len(certificates) != 2 {
		t.Fatalf("%d issuers, %d certificates", len(issuers), len(certificates))
	}
	authority, leaf := certificates["sluice-ca"], certificates["sluice"]
	if !authority.Spec.IsCA || authority.Spec.IssuerRef.Name != issuers[0].Name || issuers[0].Spec.SelfSigned == nil {
		t.Errorf("the authority is %+v", authority.Spec)
	}
	// cert-manager publishes a new authority at once, and leaves of the old one are still
	// served then: only with the same key they stay trusted.
	if authority.Spec.PrivateKey.RotationPolicy != cmapi.RotationPolicyNever {
		t.Errorf("the authority's key is replaced: %+v", authority.Spec.PrivateKey)
	}
	if ca := issuers[1].Spec.CA; ca == nil || ca.SecretName != authority.Spec.SecretName || leaf.Spec.IssuerRef.Name != issuers[1].Name {
		t.Errorf("the leaf's issuer is %+v", issuers[1].Spec)
	}
	if leaf.Spec.SecretName != "sluice-cert" || leaf.Spec.Duration.Duration != 7*24*time.Hour || leaf.Spec.PrivateKey.Algorithm != cmapi.ECDSAKeyAlgorithm ||
		strings.Join(leaf.Spec.DNSNames, " ") != "sluice.sluice-system.svc" {
		t.Errorf("the leaf is %+v", leaf.Spec)
	}
}

func TestAnIssuerOfOnesOwnReplacesTheChartsAuthority(t *testing.T) {
	issuers, certificates := decode(t, map[string]any{"certificates": map[string]any{
		"provider":    "cert-manager",
		"certManager": map[string]any{"issuerRef": map[string]any{"name": "ours", "kind": "ClusterIssuer"}, "lifetime": "48h"},
	}})
	leaf := certificates["sluice"]
	if len(issuers) != 0 || len(certificates) != 1 || leaf.Spec.IssuerRef.Name != "ours" || leaf.Spec.IssuerRef.Kind != cmapi.ClusterIssuerKind || leaf.Spec.Duration.Duration != 48*time.Hour {
		t.Errorf("%d issuers, %+v", len(issuers), certificates)
	}
}
