package wait

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"

	"github.com/sluice-dev/sluice/wait/target"
)

// The beginning of a TLS record with a ServerHello (RFC 8446, 5.1 and 4).
const (
	recordHandshake = 22
	recordAlert     = 21
	serverHello     = 2
	helloOffset     = 5 // behind the record's type, version and length
)

// askTLS starts a handshake. A ServerHello is enough: whether the server would let this
// client in, and whether its certificate is one to trust, is for the application.
func askTLS(ctx context.Context, conn net.Conn, to target.Target) (string, error) {
	heard := &hearing{Conn: conn}
	config := &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // nothing is told to the server, nor believed
		MinVersion:         tls.VersionTLS10,
	}
	if _, err := netip.ParseAddr(to.Host); err != nil {
		config.ServerName = to.Host
	}
	err := tls.Client(heard, config).HandshakeContext(ctx)
	if isServerHello(heard.beginning) {
		return "answers with a TLS ServerHello", nil
	}
	switch {
	case len(heard.beginning) == 0:
		return "", err
	case heard.beginning[0] == recordAlert:
		return "", fmt.Errorf("answers, but refuses the TLS handshake: %w", err)
	default:
		return "", fmt.Errorf("answers, but not with TLS: %q", heard.beginning)
	}
}

// isServerHello looks at the first bytes of an answer.
func isServerHello(beginning []byte) bool {
	return len(beginning) > helloOffset && beginning[0] == recordHandshake && beginning[1] == 3 && beginning[helloOffset] == serverHello
}

// hearing is a connection that keeps the first bytes that it reads.
type hearing struct {
	net.Conn
	beginning []byte
}

// Read reads, and keeps the beginning.
func (h *hearing) Read(into []byte) (int, error) {
	n, err := h.Conn.Read(into)
	if missing := helloOffset + 1 - len(h.beginning); missing > 0 {
		h.beginning = append(h.beginning, bytes.Clone(into[:min(n, missing)])...)
	}
	return n, err
}
