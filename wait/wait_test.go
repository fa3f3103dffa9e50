package wait

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/wait/target"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// broker answers from the call of open on.
func broker(t *testing.T) (at target.Target, open func(), asked func() int64) {
	t.Helper()
	var isOpen atomic.Bool
	var count atomic.Int64
	port := serve(t, func(_ context.Context, conn net.Conn) {
		hears(conn)
		count.Add(1)
		if isOpen.Load() {
			_, _ = io.WriteString(conn, apiVersions(0, 3))
		}
	})
	return to(target.Kafka, "127.0.0.1", port), func() { isOpen.Store(true) }, count.Load
}

// never is a target that nobody serves.
var never = to(target.Kafka, "nowhere.invalid", 9092)

func TestAnyTargetOfAGroupSufficesAndEachGroupHasToAnswer(t *testing.T) {
	first, openFirst, _ := broker(t)
	second, openSecond, asked := broker(t)
	openFirst()
	done := make(chan error, 1)
	lines := make(chan string, 100)
	go func() {
		done <- For(t.Context(), []target.Group{{never, first}, {second}}, time.Hour, func(line string) { lines <- line })
	}()
	for asked() < 2 {
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-done:
		t.Fatalf("one of two groups was enough: %v", err)
	default:
	}
	openSecond()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	close(lines)
	var said []string
	for line := range lines {
		said = append(said, line)
	}
	for _, want := range []string{first.String() + " answers as Kafka", second.String() + " answers as Kafka", second.String() + " closes the connection"} {
		if n := len(slices.DeleteFunc(slices.Clone(said), func(line string) bool { return !strings.HasPrefix(line, want) })); n != 1 {
			t.Errorf("%q was said %d times in %q", want, n, said)
		}
	}
}

func TestTheTimeoutNamesWhoWasSilent(t *testing.T) {
	open, openIt, _ := broker(t)
	openIt()
	closed, _, _ := broker(t)
	err := For(t.Context(), []target.Group{{open}, {closed, never}}, 700*time.Millisecond, func(string) {})
	silent, ok := errors.AsType[*TimeoutError](err)
	if !ok || len(silent.Silent) != 1 {
		t.Fatalf("%v", err)
	}
	text := err.Error()
	if strings.Contains(text, open.String()) || !strings.HasPrefix(text, "no answer within 700ms: "+closed.String()+" closes the connection without an answer, "+never.String()+" the name ") {
		t.Errorf("%s", text)
	}
}

func TestASilentTargetHoldsUpNoOther(t *testing.T) {
	port := serve(t, func(ctx context.Context, _ net.Conn) { <-ctx.Done() })
	second, open, _ := broker(t)
	open()
	if err := For(t.Context(), []target.Group{{to(target.Kafka, "127.0.0.1", port), second}}, time.Hour, func(string) {}); err != nil {
		t.Error(err)
	}
}

// Nothing at all may have come back when the time is up.
func TestATimeoutShorterThanAnAttemptSaysWhatIsKnown(t *testing.T) {
	port := serve(t, func(ctx context.Context, _ net.Conn) { <-ctx.Done() })
	err := For(t.Context(), []target.Group{{to(target.Kafka, "127.0.0.1", port)}}, 50*time.Millisecond, func(string) {})
	if err == nil || !strings.Contains(err.Error(), "accepts a connection, but does not answer in time") {
		t.Error(err)
	}
}

func TestTheEndOfTheContextIsNoTimeout(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	closed, _, asked := broker(t)
	done := make(chan error, 1)
	go func() { done <- For(ctx, []target.Group{{closed}}, time.Hour, func(string) {}) }()
	for asked() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
