// Package certs keeps the webhook's own certificates: an authority and a short-lived
// leaf that it signed, both in one Secret that all replicas share, and the caBundle of
// the webhook configurations, which tells API servers to trust them.
//
// No replica leads. Each decides by the Secret and the time alone what the Secret
// should hold, and writes it on the condition that nobody else has meanwhile; who
// comes too late reads again and finds nothing left to do.
//
// A new authority is published first and signs later, and an old one stays published
// until the last leaf that it could have signed has expired. So an API server that
// trusts what was published knows every leaf that a replica may still serve.
package certs

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
)

// Options say where the certificates are kept and for whom they are.
type Options struct {
	// Secret holds the certificates and their keys. It is made when it is missing.
	Secret types.NamespacedName
	// Service is the name of the Service in the same namespace that owns the Secret: who
	// uninstalls it leaves no keys behind. Empty for none.
	Service string
	// Names are the DNS names and IP addresses under which API servers call.
	Names []string
	// MutatingConfiguration and ValidatingConfiguration are the names of the webhook
	// configurations whose caBundle is kept; empty for none. They are never created.
	MutatingConfiguration, ValidatingConfiguration string
	// Lifetimes are how long certificates are valid; the zero value stands for the
	// defaults.
	Lifetimes Lifetimes
	// Clock is for tests. Without one the machine's clock says when to look again, and
	// the API server's what time it is: it is the one that checks certificates, and
	// replicas whose own clocks disagree must not.
	Clock clock.Clock
	// Logger is told of every change and every failure.
	Logger *slog.Logger
	// Warn is told, now and then, of what needs a person: a reason in CamelCase and a
	// sentence. It may be nil.
	Warn func(reason, message string)
}

// SecretType marks the Secret as ours. The type of a Secret cannot be changed, and
// one of another type is never written to.
const SecretType corev1.SecretType = "sluice.dev/webhook-certificates" //nolint:gosec // the name of a type is no secret

// FieldManager is the name under which the API server knows the owner of caBundle.
const FieldManager = "sluice-certificates"

// Lifetimes are how long certificates are valid. Each is renewed after two thirds.
type Lifetimes struct {
	Authority, Leaf time.Duration
	// Settle is how long an authority has to be published before it signs, when there
	// is another leaf to serve meanwhile; at most a sixth of a leaf's life.
	Settle time.Duration
	// Skew is by how much clocks may disagree: certificates are valid so much earlier
	// than now, and old authorities stay so much longer.
	Skew time.Duration
}

// DefaultLifetimes leave two days and a half to repair what keeps a leaf from being
// renewed, and renew an authority every eight months.
var DefaultLifetimes = Lifetimes{Authority: 365 * 24 * time.Hour, Leaf: 7 * 24 * time.Hour, Settle: time.Hour, Skew: time.Hour}

// LifetimesOf returns the lifetimes of authorities and leaves that live so long.
func LifetimesOf(authority, leaf time.Duration) Lifetimes {
	l := DefaultLifetimes
	l.Authority, l.Leaf, l.Settle = authority, leaf, min(l.Settle, leaf/6)
	return l
}

// check says what is wrong with lifetimes.
func (l Lifetimes) check() error {
	switch {
	case l.Leaf < time.Second || l.Settle < 0 || l.Skew < 0:
		return fmt.Errorf("certificates cannot live %s only", l.Leaf)
	case l.Settle > l.Leaf/6:
		return fmt.Errorf("certificates live %s; they must live %s, six times as long as a new authority is published before it signs", l.Leaf, 6*l.Settle)
	case l.Authority < 2*l.Leaf:
		return fmt.Errorf("authorities live %s; they must live %s, twice as long as certificates", l.Authority, 2*l.Leaf)
	}
	return nil
}

// complete checks the options and fills in defaults.
func (o *Options) complete() error {
	if o.Secret.Namespace == "" || o.Secret.Name == "" {
		return errors.New("no Secret is named that could keep the certificates: its namespace or its name is missing")
	}
	if len(o.Names) == 0 || slices.Contains(o.Names, "") {
		return errors.New("no name is given under which API servers call the webhook")
	}
	if o.Lifetimes == (Lifetimes{}) {
		o.Lifetimes = DefaultLifetimes
	}
	// The order of names is the same in every replica.
	o.Names = slices.Compact(slices.Sorted(slices.Values(o.Names)))
	return o.Lifetimes.check()
}

// split tells IP addresses from DNS names.
func split(names []string) (hosts []string, addresses []net.IP) {
	for _, name := range names {
		if address := net.ParseIP(name); address != nil {
			addresses = append(addresses, address)
		} else {
			hosts = append(hosts, name)
		}
	}
	return hosts, addresses
}
