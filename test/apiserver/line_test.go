package apiserver

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// line leads to the API server, and can be held: what is under way then waits, as it
// does with an API server that is overloaded or that hangs.
type line struct {
	address string

	mutex sync.Mutex
	// flows is closed unless the line is held.
	flows chan struct{}
}

func newLine(t *testing.T) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{address: listener.Addr().String(), flows: make(chan struct{})}
	close(l.flows)
	ctx, cancel := context.WithCancel(context.Background())
	var open sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		listener.Close()
		open.Wait()
	})
	open.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", straight())
			if err != nil {
				t.Error(err)
				client.Close()
				return
			}
			stop := context.AfterFunc(ctx, func() { client.Close(); server.Close() })
			var both sync.WaitGroup
			both.Go(func() { l.carry(ctx, server, client) })
			both.Go(func() { l.carry(ctx, client, server) })
			open.Go(func() {
				both.Wait()
				stop()
				client.Close()
				server.Close()
			})
		}
	})
	return l
}

// carry copies until one of the ends is closed.
func (l *line) carry(ctx context.Context, to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		l.mutex.Lock()
		flows := l.flows
		l.mutex.Unlock()
		select {
		case <-flows:
		case <-ctx.Done():
			return
		}
		if n > 0 {
			if _, failed := to.Write(buffer[:n]); failed != nil {
				return
			}
		}
		if err != nil {
			_ = to.(*net.TCPConn).CloseWrite()
			return
		}
	}
}

func (l *line) hold() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.flows = make(chan struct{})
}

func (l *line) release() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	close(l.flows)
}

// straight is the address of the API server itself.
func straight() string {
	return strings.TrimSuffix(strings.TrimPrefix(plane.config.Host, "https://"), "/")
}

// kubeconfig is for somebody who reaches the API server over this line.
func (l *line) kubeconfig(t *testing.T, user string) string {
	t.Helper()
	account, err := plane.environment.AddUser(envtest.User{Name: user}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := account.KubeConfig()
	if err != nil {
		t.Fatal(err)
	}
	straight := straight()
	if !strings.Contains(string(text), straight) {
		t.Fatalf("the kubeconfig does not name %s", straight)
	}
	file := filepath.Join(t.TempDir(), "line.kubeconfig")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), straight, l.address)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
