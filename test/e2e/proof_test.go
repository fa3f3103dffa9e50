package e2e

import (
	"flag"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

var proofFile = flag.String("proof", "", "`file` to write what was seen into, once all claims hold")

// claims are those of this run.
var claims []*claim

// A subject gathers claims. The page has them in the order of subjects.
type subject string

const (
	quorums    subject = "quorum"
	start      subject = "start"
	shutdown   subject = "shutdown"
	settings   subject = "settings"
	injector   subject = "injector"
	outage     subject = "outage"
	identities subject = "identity"
)

var subjects = []subject{quorums, start, shutdown, settings, injector, outage, identities}

// A claim is one thing that the documentation says of Sluice, with both its halves.
type claim struct {
	subject subject
	title   string
	// test and file are where the claim is tested.
	test, file string
	// seen is what a half has shown, in words.
	seen map[half]string
	// with are the parts that the claim was tried with.
	with []string
}

// prove starts a claim.
func prove(t *testing.T, about subject, title string) *claim {
	t.Helper()
	_, file, _, _ := runtime.Caller(1)
	c := &claim{subject: about, title: title, test: t.Name(), file: filepath.Base(file), seen: map[half]string{}}
	claims = append(claims, c)
	return c
}

// ran notes a part that the claim was tried with: "Kafka 4.3.1".
func (c *claim) ran(part string) {
	if !slices.Contains(c.with, part) {
		c.with = append(c.with, part)
	}
}

// half shows one half of the claim in a namespace of its own. saw is what there is to
// see, once the test has passed.
func (c *claim) half(t *testing.T, h half, saw string, test func(t *testing.T, namespace string)) {
	t.Helper()
	if t.Run(string(h)+" Sluice", func(t *testing.T) { test(t, newNamespace(t, h)) }) {
		c.saw(h, saw)
	}
}

// saw notes what was to be seen in one half. What several tests saw alike counts once.
func (c *claim) saw(h half, saw string) {
	if before, ok := c.seen[h]; ok && before != saw {
		saw = before + "; " + saw
	}
	c.seen[h] = saw
}
