package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Who talks to the API server: the file's name, the user and the group.
var identities = []struct{ name, user, group string }{
	{"server", "sluice-server", ""}, // serves every port of the control plane, and is the API server to etcd
	{"admin", "sluice-admin", "system:masters"},
	{"apiserver", "kube-apiserver", "system:masters"}, // to the kubelet
	{"controller-manager", "system:kube-controller-manager", ""},
	{"scheduler", "system:kube-scheduler", ""},
	{"proxy", "system:kube-proxy", ""},
	{"kubelet", "system:node:" + nodeName, "system:nodes"},
}

// pki writes one authority, a certificate for each identity and its kubeconfig, and
// the key that signs service account tokens. All of it lives as long as the cluster.
func (c *Cluster) pki() error {
	if _, err := os.Stat(c.kubeconfig("admin")); err == nil {
		return nil
	}
	if err := os.MkdirAll(c.runPath("pki"), 0o700); err != nil {
		return err
	}
	ca := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "sluice-test-cluster"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	caKey, err := c.issue("ca", ca, ca, nil)
	if err != nil {
		return err
	}
	if _, err := c.issue("service-account", &x509.Certificate{}, ca, caKey); err != nil {
		return err
	}
	for _, id := range identities {
		cert := &x509.Certificate{
			Subject:     pkix.Name{CommonName: id.user},
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}
		if id.group != "" {
			cert.Subject.Organization = []string{id.group}
		}
		if id.name == "server" {
			cert.ExtKeyUsage = append(cert.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
			cert.IPAddresses = []net.IP{net.ParseIP(nodeIP), net.ParseIP(apiServiceIP), net.IPv4(127, 0, 0, 1)}
			cert.DNSNames = []string{nodeName, "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
		}
		if _, err := c.issue(id.name, cert, ca, caKey); err != nil {
			return err
		}
	}
	// The admin's comes last: it says that all the others are there.
	for _, name := range []string{"controller-manager", "scheduler", "proxy", "kubelet", "admin"} {
		if err := c.writeKubeconfig(name); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) issue(name string, cert, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if parentKey == nil {
		parentKey = key
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	cert.SerialNumber = serial
	cert.NotBefore = time.Now().Add(-time.Hour) // clocks of containers are this machine's, but a step back hurts
	cert.NotAfter = time.Now().Add(30 * 24 * time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, key.Public(), parentKey)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.key(name), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}), 0o600); err != nil {
		return nil, err
	}
	return key, os.WriteFile(c.cert(name), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

func (c *Cluster) cert(name string) string { return c.runPath("pki", name+".crt") }
func (c *Cluster) key(name string) string  { return c.runPath("pki", name+".key") }

// kubeconfig of the admin is the one that people use, so it has a short path.
func (c *Cluster) kubeconfig(name string) string {
	if name == "admin" {
		return filepath.Join(c.state, "kubeconfig")
	}
	return c.runPath("pki", name+".kubeconfig")
}

func (c *Cluster) writeKubeconfig(name string) error {
	return os.WriteFile(c.kubeconfig(name), fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: sluice
clusters: [{name: sluice, cluster: {server: %q, certificate-authority: %q}}]
users: [{name: sluice, user: {client-certificate: %q, client-key: %q}}]
contexts: [{name: sluice, context: {cluster: sluice, user: sluice}}]
`, apiURL, c.cert("ca"), c.cert(name), c.key(name)), 0o600)
}
