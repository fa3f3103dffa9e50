package apiserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/go-logr/logr"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/sluice-dev/sluice/webhook"
)

const (
	// measure is set in the environment by make bench, for figures beside those of a
	// handler that does nothing.
	measure = "SLUICE_BENCH"
	// asNothing is set in the environment of a process that is to be that handler, with
	// its address and the directory of its certificate as arguments.
	asNothing = "SLUICE_TEST_AS_NOTHING"
)

func measured() bool { return os.Getenv(measure) != "" }

// runAsNothing serves as controller-runtime does, and lets every pod pass.
func runAsNothing() int {
	ctrllog.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	host, port, err := net.SplitHostPort(os.Args[1])
	number, wrong := strconv.Atoi(port)
	if err := errors.Join(err, wrong); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	server := ctrlwebhook.NewServer(ctrlwebhook.Options{Host: host, Port: number, CertDir: os.Args[2]})
	server.Register(webhook.MutatePath, &admission.Webhook{Handler: admission.HandlerFunc(func(context.Context, admission.Request) admission.Response {
		return admission.Allowed("")
	})})
	if err := server.Start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// startNothing runs that handler, behind a balancer like Sluice, and returns who calls it.
func startNothing(t *testing.T) *caller {
	t.Helper()
	s := newServed(t, "nothing")
	s.certify(t, 1)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s.process = exec.Command(program, s.listen, filepath.Dir(s.certificate))
	s.process.Env = append(os.Environ(), asNothing+"=1")
	// It says nothing but that the balancer was in a hurry.
	s.process.Stderr = nil
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		_ = s.process.Wait() // how it ends is of no interest
	})
	b := newBalancer(t)
	b.replicas = []*served{s}
	c := newCallerOf(b, `"allowed":true`)
	bundle, err := os.ReadFile(s.certificate)
	if err != nil {
		t.Fatal(err)
	}
	c.bundle.Store(&bundle)
	body := reviewOf(t, "nothing")
	eventually(t, "the handler that does nothing", func(ctx context.Context) error { return c.call(ctx, body, false) })
	return c
}
