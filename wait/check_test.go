package wait

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/sluice-dev/sluice/wait/target"
)

// apiVersions is a broker's answer to askKafka's request.
func apiVersions(errorCode int16, kinds int) string {
	response := kmsg.NewPtrApiVersionsResponse()
	response.ErrorCode = errorCode
	response.ApiKeys = make([]kmsg.ApiVersionsResponseApiKey, kinds)
	body := response.AppendTo(nil)
	return size(uint32(len(body)+4)) + size(correlation) + string(body)
}

// session is a server's answer to askZooKeeper's request.
func session(timeout, id uint32, readOnly string) string {
	body := size(0) + size(timeout) + size(0) + size(id) + size(passwordSize) + strings.Repeat("p", passwordSize) + readOnly
	return size(uint32(len(body))) + body
}

// What real servers send is tested in test/servers.
func TestWhatAnAnswerSaysDecides(t *testing.T) {
	for _, test := range []struct {
		name     string
		protocol target.Protocol
		answer   string
		want     string
		counts   bool
	}{
		{"a broker", target.Kafka, apiVersions(0, 61), "answers as Kafka, which knows 61 kinds of requests", true},
		{"a broker with an error", target.Kafka, apiVersions(35, 1), "answers as Kafka, with error 35", false},
		{"a broker that serves nothing", target.Kafka, apiVersions(0, 0), "answers as Kafka, but serves no requests", false},
		{"another correlation", target.Kafka, size(10) + size(1) + "\x00\x00\x00\x00\x00\x00", "answers, but not as Kafka", false},
		{"an array longer than the answer", target.Kafka, size(10) + size(correlation) + "\x00\x00\x7f\xff\xff\xff", "answers, but not as Kafka", false},
		{"a session", target.ZooKeeper, session(4000, 7, "\x00"), "grants a session", true},
		{"a session of an old server", target.ZooKeeper, session(4000, 7, ""), "grants a session", true},
		{"a session that has expired", target.ZooKeeper, session(0, 0, "\x00"), "grants no session", false},
		{"a negative time-out", target.ZooKeeper, session(1<<31, 7, "\x00"), "grants no session", false},
		{"a read-only server", target.ZooKeeper, session(4000, 7, "\x01"), "without a quorum it only lets read", false},
		{"a short answer", target.ZooKeeper, size(20) + strings.Repeat("\x00", 20), "answers, but not as ZooKeeper", false},
		{"a password of another size", target.ZooKeeper, strings.Replace(session(4000, 7, "\x00"), size(passwordSize), size(99), 1), "answers, but not as ZooKeeper", false},
		{"an alert", target.TLS, "\x15\x03\x03\x00\x02\x02\x28", "answers, but refuses the TLS handshake", false},
		{"a ServerHello and no more", target.TLS, "\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03", "answers with a TLS ServerHello", true},
		{"another record", target.TLS, "\x17\x03\x03\x00\x01\x00", "answers, but not with TLS", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			port := serve(t, func(_ context.Context, conn net.Conn) {
				hears(conn)
				_, _ = io.WriteString(conn, test.answer)
			})
			answer, err := Check(t.Context(), to(test.protocol, "127.0.0.1", port))
			if err != nil {
				answer = err.Error()
			}
			if (err == nil) != test.counts || !strings.Contains(answer, test.want) {
				t.Errorf("it %s, counts: %v", answer, err == nil)
			}
		})
	}
}

// A server may want a certificate, or have one that nobody trusts: it is there.
func TestATLSServerCountsWhomeverItTrusts(t *testing.T) {
	for name, configure := range map[string]func(*tls.Config){
		"trusts everybody":     func(*tls.Config) {},
		"wants a certificate":  func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
		"has only TLS 1.3":     func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 },
		"has no TLS after 1.2": func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 },
		"has no TLS after 1.0": func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(nil)
			server.Config.ErrorLog = quiet()
			server.TLS = &tls.Config{}
			configure(server.TLS)
			server.StartTLS()
			defer server.Close()
			at := netip.MustParseAddrPort(server.Listener.Addr().String())
			answer, err := Check(t.Context(), to(target.TLS, "localhost", at.Port()))
			if err != nil || answer != "answers with a TLS ServerHello" {
				t.Errorf("%q, %v", answer, err)
			}
		})
	}
}

// A proxy that looks for TLS or HTTP first waits until it has seen five bytes, and for
// one whose first line could be HTTP much longer.
func TestTheQuestionsAreNoRiddleToAProxy(t *testing.T) {
	for protocol, want := range map[target.Protocol]byte{target.Kafka: 0, target.ZooKeeper: 0, target.TLS: recordHandshake} {
		heard := make(chan []byte, 1)
		port := serve(t, func(_ context.Context, conn net.Conn) {
			var all bytes.Buffer
			_, _ = io.CopyN(&all, conn, 20)
			heard <- all.Bytes()
		})
		_, _ = Check(t.Context(), to(protocol, "127.0.0.1", port))
		if question := <-heard; len(question) < 20 || question[0] != want {
			t.Errorf("%s asks %q", protocol, question)
		}
	}
}
