package certs

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The keys of the Secret. tls.crt and tls.key are those of Secrets for servers.
const (
	authoritiesKey = "ca.crt"
	signerKey      = "ca.key"
	leafKey        = "tls.crt"
	leafKeyKey     = "tls.key"
)

// maxAuthorities bounds the bundle. Each time that somebody deletes the Secret adds
// one for a leaf's life; more than a few are nobody's intention.
const maxAuthorities = 8

// state is what the Secret holds, or what is known of it: what could not be read is
// missing.
type state struct {
	// authorities may have signed a leaf that is still served. The first one signs.
	authorities []*x509.Certificate
	// signer is the key of the first authority; nil if that is lost.
	signer crypto.Signer
	// leaf is what all replicas serve; nil if that is lost.
	leaf *tls.Certificate
}

// decode reads a Secret's data as far as it can be read. The error says what could
// not; what is missing altogether is none.
func decode(data map[string][]byte) (state, error) {
	var s state
	var failed []error
	fail := func(key string, err error) { failed = append(failed, fmt.Errorf("%s: %w", key, err)) }
	var err error
	if s.authorities, err = decodeCertificates(data[authoritiesKey]); err != nil {
		fail(authoritiesKey, err)
	}
	s.authorities = slices.DeleteFunc(s.authorities, func(certificate *x509.Certificate) bool {
		err := maySign(certificate)
		if err != nil {
			fail(authoritiesKey, err)
		}
		return err != nil
	})
	if len(s.authorities) > maxAuthorities {
		fail(authoritiesKey, fmt.Errorf("it holds %d certificates, more than %d", len(s.authorities), maxAuthorities))
		s.authorities = s.authorities[:maxAuthorities]
	}
	if len(data[signerKey]) > 0 {
		if s.signer, err = decodeKey(data[signerKey]); err != nil {
			fail(signerKey, err)
		}
	}
	if s.signer != nil && len(s.authorities) > 0 {
		if err := fits(s.signer, s.authorities[0]); err != nil {
			fail(signerKey, err)
			s.signer = nil
		}
	}
	if len(data[leafKey])+len(data[leafKeyKey]) > 0 {
		if s.leaf, err = decodeLeaf(data[leafKey], data[leafKeyKey]); err != nil {
			fail(leafKey, err)
		}
	}
	return s, errors.Join(failed...)
}

func decodeCertificates(text []byte) ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	for len(bytes.TrimSpace(text)) > 0 {
		var block *pem.Block
		block, text = pem.Decode(text)
		if block == nil || block.Type != "CERTIFICATE" {
			return list, errors.New("what is there is no PEM of certificates")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return list, err
		}
		list = append(list, certificate)
	}
	return list, nil
}

func decodeKey(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("what is there is no PEM of a private key")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a %T cannot sign", key)
	}
	return signer, nil
}

func decodeLeaf(certificate, key []byte) (*tls.Certificate, error) {
	leaf, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	return &leaf, nil
}

// encode returns the data of a Secret that holds all of the state.
func (s *state) encode() (map[string][]byte, error) {
	signer, err := encodeKey(s.signer)
	if err != nil {
		return nil, err
	}
	leaf, err := encodeKey(s.leaf.PrivateKey)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		authoritiesKey: s.bundle(),
		signerKey:      signer,
		leafKey:        encodeBlock("CERTIFICATE", s.leaf.Leaf.Raw),
		leafKeyKey:     leaf,
	}, nil
}

// bundle is what API servers are told to trust.
func (s *state) bundle() []byte {
	var text []byte
	for _, authority := range s.authorities {
		text = append(text, encodeBlock("CERTIFICATE", authority.Raw)...)
	}
	return text
}

func encodeKey(key crypto.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return encodeBlock("PRIVATE KEY", der), nil
}

func encodeBlock(kind string, bytes []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes})
}

// same says whether two Secrets hold the same.
func same(a, b map[string][]byte) bool { return maps.EqualFunc(a, b, bytes.Equal) }
