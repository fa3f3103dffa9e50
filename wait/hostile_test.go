package wait

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/wait/target"
)

// serve runs a server of a few words and returns its port. The context of a
// connection ends with the test.
func serve(t *testing.T, converse func(ctx context.Context, conn net.Conn)) uint16 {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				converse(t.Context(), conn)
			}()
		}
	}()
	return uint16(listener.Addr().(*net.TCPAddr).Port)
}

// to is a target.
func to(protocol target.Protocol, host string, port uint16) target.Target {
	return target.Target{Protocol: protocol, Host: host, Port: port}
}

// hears reads the question, and lets the test server go on.
func hears(conn net.Conn) { _, _ = conn.Read(make([]byte, 16<<10)) }

func size(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }

// hostile are servers that do not answer as they should, and what is said of them.
// late is true where only the time ends it.
var hostile = []struct {
	name     string
	converse func(ctx context.Context, conn net.Conn)
	late     bool
	says     string
}{
	{"accepts and closes", func(context.Context, net.Conn) {}, false, "the connection"},
	{"hears and closes", func(_ context.Context, conn net.Conn) { hears(conn) }, false, "closes the connection without an answer"},
	{"accepts and is silent", func(ctx context.Context, _ net.Conn) { <-ctx.Done() }, true, "accepts a connection, but does not answer in time"},
	{"answers half a size", func(_ context.Context, conn net.Conn) {
		hears(conn)
		_, _ = conn.Write([]byte{0, 0})
	}, false, ""},
	{"answers half an answer", func(_ context.Context, conn net.Conn) {
		hears(conn)
		_, _ = io.WriteString(conn, size(37)+"\x00\x00\x00\x00")
	}, false, ""},
	{"answers half an answer and is silent", func(ctx context.Context, conn net.Conn) {
		hears(conn)
		_, _ = io.WriteString(conn, size(37)+size(correlation))
		<-ctx.Done()
	}, true, ""},
	{"drips", func(ctx context.Context, conn net.Conn) {
		for _, c := range []byte(size(60<<10) + size(correlation) + strings.Repeat("\x16\x03\x03\x3f\xff", 1<<10)) {
			if _, err := conn.Write([]byte{c}); err != nil {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}, true, ""},
	{"never ends", func(_ context.Context, conn net.Conn) {
		hears(conn)
		for {
			if _, err := conn.Write(make([]byte, 32<<10)); err != nil {
				return
			}
		}
	}, false, ""},
	{"announces an endless answer", func(ctx context.Context, conn net.Conn) {
		hears(conn)
		_, _ = io.WriteString(conn, size(1<<31)+size(correlation))
		<-ctx.Done()
	}, false, ""},
	{"speaks HTTP", func(_ context.Context, conn net.Conn) {
		hears(conn)
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
	}, false, "answers, but not"},
	{"speaks first", func(ctx context.Context, conn net.Conn) {
		_, _ = io.WriteString(conn, "220 mail.example.com ESMTP\r\n")
		<-ctx.Done()
	}, false, "answers, but not"},
	{"echoes", func(_ context.Context, conn net.Conn) { _, _ = io.Copy(conn, conn) }, false, ""},
}

// Whatever a server does, it does not count, it takes no longer than the attempt, and
// it is put into words.
func TestAHostileServerDoesNotCount(t *testing.T) {
	t.Parallel()
	for _, server := range hostile {
		for _, protocol := range []target.Protocol{target.Kafka, target.ZooKeeper, target.TLS} {
			t.Run(server.name+"/"+string(protocol), func(t *testing.T) {
				t.Parallel()
				port := serve(t, server.converse)
				limit := time.Minute // far beyond what a server takes that ends by itself
				if server.late || protocol == target.TLS {
					limit = 300 * time.Millisecond
				}
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				answer, err := Check(ctx, to(protocol, "127.0.0.1", port))
				if err == nil {
					t.Fatalf("it %s", answer)
				}
				if !strings.Contains(err.Error(), server.says) {
					t.Errorf("it %s; want %q", err, server.says)
				}
				if strings.Contains(err.Error(), "use of closed") || strings.Contains(err.Error(), "i/o timeout") {
					t.Errorf("nobody understands %q", err)
				}
			})
		}
	}
}

func TestWhoIsNotThereIsSaidToBeNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := uint16(listener.Addr().(*net.TCPAddr).Port)
	listener.Close()
	for host, want := range map[string]string{
		"127.0.0.1":       "refuses connections",
		"nowhere.invalid": "name",
	} {
		if _, err := Check(t.Context(), to(target.Kafka, host, port)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", host, err)
		}
	}
}
