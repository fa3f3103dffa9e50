package apiserver

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// balancer is what a Service is in a cluster: one address, behind it the replicas
// that are ready. As in a cluster a replica that is no longer ready gets no new
// connections, and keeps those that it has.
type balancer struct {
	address string

	mutex    sync.Mutex
	replicas []*served
	next     int
}

// newBalancer has no replicas yet.
func newBalancer(t *testing.T) *balancer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &balancer{address: listener.Addr().String()}
	var open sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() {
		cancel()
		listener.Close()
		open.Wait()
	})
	open.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { b.forward(ctx, connection) })
		}
	})
	return b
}

// forward copies between a client and the replica whose turn it is.
func (b *balancer) forward(ctx context.Context, client net.Conn) {
	defer client.Close()
	server := b.dial()
	if server == nil {
		return
	}
	defer server.Close()
	defer context.AfterFunc(ctx, func() {
		client.Close()
		server.Close()
	})()
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.(*net.TCPConn).CloseWrite()
		close(done)
	}()
	_, _ = io.Copy(client, server)
	_ = client.(*net.TCPConn).CloseWrite()
	<-done
}

// dial connects to a replica, or returns nil. One that is gone, and not yet forgotten,
// is passed by.
func (b *balancer) dial() net.Conn {
	for range 3 {
		address, ok := b.turn()
		if !ok {
			return nil
		}
		if server, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			return server
		}
	}
	return nil
}

// turn returns the address of a ready replica.
func (b *balancer) turn() (string, bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if len(b.replicas) == 0 {
		return "", false
	}
	b.next++
	return b.replicas[b.next%len(b.replicas)].listen, true
}

// add sends connections to a replica once it is ready, and until it no longer is.
func (b *balancer) add(t *testing.T, s *served) {
	t.Helper()
	s.ready(t, http.StatusOK, "[+]certificate ok")
	b.mutex.Lock()
	b.replicas = append(b.replicas, s)
	b.mutex.Unlock()
	go func() {
		for {
			status, _, err := s.get(context.Background(), s.health, "/readyz")
			if err != nil || status != http.StatusOK {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.replicas = slices.DeleteFunc(b.replicas, func(each *served) bool { return each == s })
	}()
}
