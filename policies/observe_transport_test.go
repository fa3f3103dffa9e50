package policies

import "testing"

func TestBrokenEncryption(t *testing.T) {
	const tls = "listener.security.protocol.map=TLS:SSL"
	tests := []struct {
		name       string
		properties []string
		version    string
		cipher     string
	}{
		{"nothing said", []string{"listeners=TLS://:9092", tls}, "", ""},
		{"good ones", []string{"ssl.enabled.protocols=TLSv1.3, TLSv1.2", "ssl.cipher.suites=TLS_AES_256_GCM_SHA384"}, "", ""},
		{"an old version", []string{"ssl.enabled.protocols=TLSv1.2,TLSv1"}, "TLSv1", ""},
		{"an old version of a listener", []string{"listeners=TLS://:9092", tls, "listener.name.tls.ssl.enabled.protocols=SSLv3"}, "SSLv3", ""},
		{"an old default", []string{"ssl.protocol=TLSv1.1"}, "TLSv1.1", ""},
		{"no encryption", []string{"ssl.cipher.suites=TLS_AES_256_GCM_SHA384,TLS_RSA_WITH_NULL_SHA256"}, "", "TLS_RSA_WITH_NULL_SHA256"},
		{"no authentication", []string{"ssl.cipher.suites=TLS_DH_anon_WITH_AES_128_GCM_SHA256"}, "", "TLS_DH_anon_WITH_AES_128_GCM_SHA256"},
		{"a broken cipher of a listener", []string{"listeners=TLS://:9092", tls, "listener.name.tls.ssl.cipher.suites=SSL_RSA_WITH_RC4_128_MD5"}, "", "SSL_RSA_WITH_RC4_128_MD5"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			values := valuesOf(t, listeningPod(append(test.properties, "process.roles=broker")...), modern)
			if values["broken_tls_version"] != test.version || values["broken_cipher"] != test.cipher {
				t.Errorf("got %q and %q", values["broken_tls_version"], values["broken_cipher"])
			}
		})
	}
}

func TestListenersThatTakePasswordsInTheClear(t *testing.T) {
	const (
		listeners = "listeners=A://:9092,B://:9093"
		protocols = "listener.security.protocol.map=A:SASL_SSL,B:SASL_PLAINTEXT"
	)
	tests := []struct {
		name       string
		properties []string
		want       string
	}{
		{"for all listeners", []string{listeners, protocols, "sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN"}, "B"},
		{"for that listener", []string{listeners, protocols, "listener.name.b.sasl.enabled.mechanisms=PLAIN"}, "B"},
		{"for the other listener", []string{listeners, protocols, "listener.name.a.sasl.enabled.mechanisms=PLAIN"}, ""},
		{"no passwords", []string{listeners, protocols, "sasl.enabled.mechanisms=SCRAM-SHA-512"}, ""},
		{"protocols that are not told", []string{listeners, "sasl.enabled.mechanisms=PLAIN"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, listeningPod(append(test.properties, "process.roles=broker")...), modern)["password_listener_in_clear"]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
