package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sluice-dev/sluice/wait/target"
)

// defaultSocket is the socket of the gate: an abstract one, which lies in the pod's
// network namespace, so that it needs no file system, and is gone with the gate.
const defaultSocket = "@sluice-wait"

// The questions to a gate, each a line.
const (
	askWait  = "wait"
	askProbe = "probe"
)

// Bounds of a conversation with the gate of the same pod.
const (
	gateStarts = 10 * time.Second // until a gate that was just started listens
	gateSpeaks = 5 * time.Second  // until an answer that needs no waiting is there
	maxLine    = 4 << 10          // bytes
)

// gate is what a gate knows.
type gate struct {
	// open is closed when the application may start.
	open chan struct{}
	// message says why, once it may, and complaint whether that is one.
	message   string
	complaint bool
	// complained is true once the complaint was made.
	complained atomic.Bool
}

// stand waits, lets the hook of the pod end, and stays until it is told to stop: a
// container that ends would be started again.
func stand(ctx context.Context, groups []target.Group, invalid error, f *flags, log say) int {
	g := &gate{open: make(chan struct{})}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", f.socket)
	if err != nil {
		// Then the hook finds nobody, and lets the application start.
		log("nobody can ask this gate:", err)
	} else {
		defer func() { _ = listener.Close() }()
		go g.serve(listener)
	}
	message, code := waitFor(ctx, groups, invalid, f, log)
	g.message, g.complaint = message, code != 0
	close(g.open)
	f.lastWords(message, log)
	debug.FreeOSMemory() // what is left is needed for nothing but to stay
	<-ctx.Done()
	return 0
}

func (g *gate) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			g.converse(conn)
		}()
	}
}

// converse answers one question. The answer to askProbe begins with "+" or "-".
func (g *gate) converse(conn net.Conn) {
	_ = conn.SetReadDeadline(time.Now().Add(gateSpeaks))
	switch question, _ := readLine(conn); question {
	case askWait:
		<-g.open
		_, _ = fmt.Fprintln(conn, g.message)
	case askProbe:
		_, _ = fmt.Fprintln(conn, g.probed())
	}
}

// probed answers the startup probe. It fails once when the time was up, because the
// kubelet makes an event of that, with these words, and passes from then on.
func (g *gate) probed() string {
	select {
	case <-g.open:
	default:
		return "-still waiting"
	}
	if g.complaint && !g.complained.Swap(true) {
		return "-" + g.message
	}
	return "+" + g.message
}

// pass waits until the gate lets the application start. It ends with 0 whatever
// happens: for anything else the kubelet would kill the gate and start it again. It
// ends with the gate, too, so that a pod that is deleted need not wait for it.
func pass(ctx context.Context, f *flags, log say) int {
	ctx, cancel := context.WithTimeout(ctx, f.timeout+gateStarts)
	defer cancel()
	answer, err := ask(ctx, f.socket, askWait)
	if err != nil {
		answer = "the application starts: " + err.Error()
	}
	log(answer)
	return 0
}

// probe says how the gate stands: 0 if the application has started.
func probe(ctx context.Context, f *flags, stdout io.Writer) int {
	ctx, cancel := context.WithTimeout(ctx, gateSpeaks)
	defer cancel()
	answer, err := ask(ctx, f.socket, askProbe)
	if err != nil {
		answer = "-" + err.Error()
	}
	_, _ = fmt.Fprintln(stdout, strings.TrimLeft(answer, "+-"))
	if !strings.HasPrefix(answer, "+") {
		return exitSilent
	}
	return 0
}

// ask puts a question to the gate of this pod, which may just be starting.
func ask(ctx context.Context, socket, question string) (answer string, err error) {
	conn, err := dialGate(ctx, socket)
	if err != nil {
		return "", fmt.Errorf("no gate listens: %w", err)
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if _, err := fmt.Fprintln(conn, question); err != nil {
		return "", fmt.Errorf("asking the gate: %w", err)
	}
	answer, err = readLine(conn)
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("the gate does not answer: %w", ctx.Err())
	case answer == "" && err != nil:
		return "", errors.New("the gate has gone")
	}
	return answer, nil
}

func dialGate(ctx context.Context, socket string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, gateStarts)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func readLine(from io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(from, maxLine)).ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}
