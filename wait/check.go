// Package wait finds out whether Kafka or ZooKeeper answers, by their own protocols,
// and waits until it does. A connection that is accepted proves nothing behind a
// proxy: the local one accepts everything at once.
package wait

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"github.com/sluice-dev/sluice/wait/target"
)

// Check asks a target once, for as long as the context lasts. It returns what
// answered, as the end of a sentence that begins with the target, or why that was no
// answer.
func Check(ctx context.Context, to target.Target) (answer string, err error) {
	ask, ok := map[target.Protocol]func(context.Context, net.Conn, target.Target) (string, error){
		target.Kafka:     askKafka,
		target.ZooKeeper: askZooKeeper,
		target.TLS:       askTLS,
	}[to.Protocol]
	if !ok {
		return "", fmt.Errorf("unknown protocol %q", to.Protocol)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", to.Address())
	if err != nil {
		return "", explain(ctx, err, "does not accept a connection in time")
	}
	defer func() { _ = conn.Close() }()
	// All that is read and written ends with the context.
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	answer, err = ask(ctx, conn, to)
	if err != nil {
		return "", explain(ctx, err, "accepts a connection, but does not answer in time")
	}
	return answer, nil
}

// explain puts what a person may see of a failed attempt into words; late is what to
// say when the time is up.
func explain(ctx context.Context, err error, late string) error {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case ctx.Err() != nil:
		return errors.New(late)
	case isDNS && dns.IsNotFound:
		return errors.New("the name is not known (yet)")
	case isDNS:
		return fmt.Errorf("the name could not be looked up: %s", dns.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("refuses connections")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("closes the connection without an answer")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return errors.New("resets the connection")
	default:
		return err
	}
}
