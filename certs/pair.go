package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"slices"
	"time"
)

// newAuthority makes a certificate that may sign leaves, and nothing else.
func (l Lifetimes) newAuthority(now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		NotBefore: now.Add(-l.Skew), NotAfter: now.Add(l.Authority),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		// Two authorities of one name would leave it to chance which of them is tried.
		Subject: pkix.Name{CommonName: "sluice-ca-" + rand.Text()},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}

// newLeaf makes the certificate that replicas serve. It does not outlive its authority.
func (l Lifetimes) newLeaf(now time.Time, authority *x509.Certificate, signer crypto.Signer, names []string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	end := now.Add(l.Leaf)
	if authority.NotAfter.Before(end) {
		end = authority.NotAfter
	}
	template := &x509.Certificate{
		NotBefore: now.Add(-l.Skew), NotAfter: end,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		Subject:               pkix.Name{CommonName: "sluice"},
	}
	template.DNSNames, template.IPAddresses = split(names)
	der, err := x509.CreateCertificate(rand.Reader, template, authority, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// valid says whether a certificate is one at that moment.
func valid(certificate *x509.Certificate, now time.Time) bool {
	return !now.Before(certificate.NotBefore) && now.Before(certificate.NotAfter)
}

// created returns when a certificate was made, which is later than it is valid from.
func (l Lifetimes) created(certificate *x509.Certificate) time.Time {
	return certificate.NotBefore.Add(l.Skew)
}

// due returns when a certificate is to be renewed: after two thirds of its life, or
// of the life that it would be given today if that is shorter.
func (l Lifetimes) due(certificate *x509.Certificate, life time.Duration) time.Time {
	created := l.created(certificate)
	return created.Add(min(life, certificate.NotAfter.Sub(created)) / 3 * 2)
}

// names returns the names that a leaf is for.
func names(leaf *x509.Certificate) []string {
	list := slices.Clone(leaf.DNSNames)
	for _, address := range leaf.IPAddresses {
		list = append(list, address.String())
	}
	return list
}

// covers says whether a leaf is for all of these names.
func covers(leaf *x509.Certificate, wanted []string) bool {
	hosts, addresses := split(wanted)
	for _, host := range hosts {
		if !slices.Contains(leaf.DNSNames, host) {
			return false
		}
	}
	for _, address := range addresses {
		if !slices.ContainsFunc(leaf.IPAddresses, func(has net.IP) bool { return has.Equal(address) }) {
			return false
		}
	}
	return true
}

// issuer returns which of the authorities signed a leaf in a way that API servers accept,
// or -1. Whether the two are valid now is asked elsewhere: no leaf outlives its authority,
// so its last moment is one of both.
func issuer(leaf *x509.Certificate, authorities []*x509.Certificate) int {
	return slices.IndexFunc(authorities, func(authority *x509.Certificate) bool {
		pool := x509.NewCertPool()
		pool.AddCert(authority)
		_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: leaf.NotAfter})
		return err == nil
	})
}

// nameConstraints is the extension by which an authority may sign for certain names only
// (RFC 5280, section 4.2.1.10).
var nameConstraints = asn1.ObjectIdentifier{2, 5, 29, 30}

// maySign says why API servers would accept no leaf that a certificate signs.
func maySign(authority *x509.Certificate) error {
	name := authority.Subject.CommonName
	switch {
	case !authority.IsCA, authority.KeyUsage != 0 && authority.KeyUsage&x509.KeyUsageCertSign == 0:
		return fmt.Errorf("the certificate %s may not sign others", name)
	case len(authority.UnhandledCriticalExtensions) > 0:
		return fmt.Errorf("the certificate %s has a critical extension that is not known here: %v", name, authority.UnhandledCriticalExtensions[0])
	case len(authority.ExtKeyUsage)+len(authority.UnknownExtKeyUsage) > 0,
		slices.ContainsFunc(authority.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(nameConstraints) }):
		return fmt.Errorf("the certificate %s may sign only for certain purposes or names", name)
	}
	return nil
}

// fits says whether a key is that of a certificate.
func fits(key crypto.Signer, certificate *x509.Certificate) error {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(certificate.PublicKey) {
		return fmt.Errorf("the key is not that of the certificate %s", certificate.Subject.CommonName)
	}
	return nil
}
