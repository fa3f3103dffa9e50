package servers

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/wait"
	"github.com/sluice-dev/sluice/wait/target"
)

// patience bounds what a server takes to do what it does by itself, on a busy machine.
const patience = 3 * time.Minute

func check(t *testing.T, protocol target.Protocol, port int) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return wait.Check(ctx, target.Target{Protocol: protocol, Host: "127.0.0.1", Port: uint16(port)})
}

// answers waits until a server answers.
func answers(t *testing.T, protocol target.Protocol, port int) {
	t.Helper()
	eventually(t, string(protocol)+" on its port", func() error {
		answer, err := check(t, protocol, port)
		if err == nil {
			t.Log(answer)
		}
		return err
	})
}

// refuses waits until a server listens, and then wants no answer that counts. why is
// what the check is to say; empty for anything.
func refuses(t *testing.T, protocol target.Protocol, port int, why string) {
	t.Helper()
	eventually(t, string(protocol)+" to be refused", func() error {
		answer, err := check(t, protocol, port)
		switch {
		case err == nil:
			return fmt.Errorf("it %s", answer)
		case strings.Contains(err.Error(), "refuses connections"), why != "" && err.Error() != why:
			return err
		}
		t.Log(err)
		return nil
	})
}

func eventually(t *testing.T, what string, ask func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// said returns the server's log.
func (p *Process) said(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
