package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// sockets counts the gates of this process, each of which has a socket of its own.
var sockets atomic.Int64

func socket() string { return fmt.Sprintf("@sluice-wait-test-%d-%d", os.Getpid(), sockets.Add(1)) }

// closed runs a gate until the function that it returns is called.
func standing(t *testing.T, socket string, arguments ...string) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() {
		code, _, _ := command(ctx, append([]string{"gate", "--socket", socket, "--termination-log", ""}, arguments...)...)
		done <- code
	}()
	ended := false
	end = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("the gate ends with %d", code)
		}
	}
	t.Cleanup(end)
	return end
}

// result is how a command ended.
type result struct {
	code   int
	stdout string
}

// passing runs a hook.
func passing(t *testing.T, socket string) <-chan result {
	t.Helper()
	done := make(chan result, 1)
	go func() {
		code, stdout, _ := command(t.Context(), "hook", "--socket", socket)
		done <- result{code, stdout}
	}()
	return done
}

func TestTheHookEndsWhenTheGateHasItsAnswer(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	s := socket()
	done := passing(t, s) // before there is a gate, as an exec may be
	standing(t, s, "tls://"+server.Listener.Addr().String())
	if got := <-done; got.code != 0 || !strings.Contains(got.stdout, "all that was waited for answered after") {
		t.Errorf("%+v", got)
	}
	for range 2 {
		if code, stdout, _ := command(t.Context(), "probe", "--socket", s); code != 0 || !strings.Contains(stdout, "answered after") {
			t.Errorf("the probe ends with %d: %s", code, stdout)
		}
	}
}

// The kubelet makes an event of the one probe that fails.
func TestAfterTheTimeoutTheHookEndsAndOneProbeComplains(t *testing.T) {
	s := socket()
	standing(t, s, "--timeout", "50ms", silent)
	if got := <-passing(t, s); got.code != 0 || !strings.Contains(got.stdout, "starts without what it needs: no answer within 50ms: "+silent) {
		t.Errorf("%+v", got)
	}
	for _, want := range []int{exitSilent, 0, 0} {
		code, stdout, _ := command(t.Context(), "probe", "--socket", s)
		if code != want || !strings.HasPrefix(stdout, "the application starts without what it needs: no answer within 50ms: "+silent) {
			t.Errorf("the probe ends with %d, want %d: %s", code, want, stdout)
		}
	}
}

// Nothing ends sooner than a gate whose pod is deleted, and its hook with it: the hook
// may be in a process namespace of the whole pod, so that nobody kills it.
func TestTheHookEndsWithTheGate(t *testing.T) {
	s := socket()
	end := standing(t, s, "--timeout", "1h", silent)
	done := passing(t, s)
	if code, stdout, _ := command(t.Context(), "probe", "--socket", s); code != exitSilent || stdout != "still waiting\n" {
		t.Errorf("the probe ends with %d: %s", code, stdout)
	}
	end()
	if got := <-done; got.code != 0 {
		t.Errorf("%+v", got)
	}
}

// A gate of an older image may be given what it does not understand. If it ended, the
// kubelet would start it again and again.
func TestAGateThatCannotWaitLetsTheApplicationStartAndStays(t *testing.T) {
	for name, arguments := range map[string][]string{"no target": nil, "a flag of a later version": {"--later", silent}} {
		t.Run(name, func(t *testing.T) {
			s := socket()
			end := standing(t, s, arguments...)
			if got := <-passing(t, s); got.code != 0 || !strings.Contains(got.stdout, "cannot wait, so the application starts at once") {
				t.Errorf("%+v", got)
			}
			code, stdout, _ := command(t.Context(), "probe", "--socket", s)
			if code != exitSilent || !strings.Contains(stdout, "cannot wait") {
				t.Errorf("the probe ends with %d: %s", code, stdout)
			}
			end()
		})
	}
}

func TestAGateThatMakesNoSenseHoldsNobodyUp(t *testing.T) {
	for name, converse := range map[string]func(net.Conn){
		"hangs up": func(net.Conn) {},
		"never ends": func(conn net.Conn) {
			for {
				if _, err := conn.Write(bytes.Repeat([]byte("a"), 1<<10)); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := socket()
			listener, err := net.Listen("unix", s)
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					go func() {
						defer conn.Close()
						_, _ = bufio.NewReader(conn).ReadString('\n')
						converse(conn)
					}()
				}
			}()
			if got := <-passing(t, s); got.code != 0 {
				t.Errorf("%+v", got)
			}
			if code, _, _ := command(t.Context(), "probe", "--socket", s); code != exitSilent {
				t.Errorf("the probe ends with %d", code)
			}
		})
	}
}

// Whoever asks a gate nothing, or nonsense, gets nothing, and takes nothing.
func TestTheGateAnswersOnlyItsQuestions(t *testing.T) {
	s := socket()
	standing(t, s, "--timeout", "1h", silent)
	for _, question := range []string{"open\n", strings.Repeat("a", 64<<10), "\n"} {
		conn, err := dialGate(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		_, _ = conn.Write([]byte(question))
		if answer, err := readLine(conn); answer != "" || err == nil {
			t.Errorf("%.10q: %q, %v", question, answer, err)
		}
		conn.Close()
	}
}
