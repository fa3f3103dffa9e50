package certs

import (
	"crypto/x509"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// brief lives are over within a few dozen looks.
var brief = Lifetimes{Authority: 18 * time.Hour, Leaf: 6 * time.Hour, Settle: time.Hour, Skew: time.Hour}

// secret is a Secret with the API server's optimistic concurrency.
type secret struct {
	data    map[string][]byte
	version int
}

// replica looks at the Secret as Authority does, in two steps between which others
// may act.
type replica struct {
	held state
	read secret
	next state
}

func (r *replica) plan(t *rapid.T, now time.Time, s secret) {
	r.read = s
	stored, _ := decode(s.data)
	next, _, err := brief.next(now, stored, r.held, wanted)
	if err != nil {
		t.Fatal(err)
	}
	r.next = next
}

// commit returns false if another replica was quicker.
func (r *replica) commit(t *rapid.T, s *secret) bool {
	if s.version != r.read.version {
		return false
	}
	data, err := r.next.encode()
	if err != nil {
		t.Fatal(err)
	}
	if !same(data, s.data) {
		s.data, s.version = data, s.version+1
	}
	r.held = r.next
	r.held.signer = nil
	return true
}

// Any number of replicas look at any time, in any order, and lose races; somebody
// deletes the Secret or damages it, again and again, but not before the last authority
// that was made because of that has settled; API servers hear of a caBundle as late as a new
// authority takes to settle. Every leaf that any replica serves is accepted all the
// while. That replicas look in time is all that is asked for: here twice an hour.
func TestEveryServedLeafIsAlwaysTrusted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const pace = 30 * time.Minute
		now, calm := epoch, epoch
		replicas := make([]replica, rapid.IntRange(1, 3).Draw(t, "replicas"))
		var s secret
		var bundles [][]byte // as they were published, one for each half hour
		for range rapid.IntRange(10, 40).Draw(t, "looks") {
			// A quiet time passes as quickly as something may fall due.
			now = now.Add(rapid.SampledFrom([]time.Duration{pace / 2, pace}).Draw(t, "pause"))
			fault := rapid.IntRange(0, 10).Draw(t, "fault")
			if now.Before(calm) {
				fault = -1
			}
			switch fault {
			case 0:
				calm = now.Add(2 * brief.Settle)
				s = secret{version: s.version + 1}
			case 1:
				calm = now.Add(2 * brief.Settle)
				key := rapid.SampledFrom([]string{authoritiesKey, signerKey, leafKey, leafKeyKey}).Draw(t, "key")
				data := maps.Clone(s.data)
				if data != nil {
					data[key] = []byte("garbage")
				}
				s = secret{data: data, version: s.version + 1}
			}
			for i := range replicas {
				replicas[i].plan(t, now, s)
			}
			for _, i := range rapid.Permutation(indices(len(replicas))).Draw(t, "order") {
				for !replicas[i].commit(t, &s) {
					replicas[i].plan(t, now, s)
				}
			}
			for i := range replicas {
				// Who lost the race looks again when it hears of the winner's write.
				replicas[i].plan(t, now, s)
				if !replicas[i].commit(t, &s) {
					t.Fatal("replicas do not come to rest")
				}
			}
			bundles = append(bundles, replicas[0].held.bundle())
			heard := bundles[max(0, len(bundles)-2)]
			for i := range replicas {
				accepted(t, now, heard, replicas[i].held.leaf.Leaf)
				accepted(t, now, bundles[len(bundles)-1], replicas[i].held.leaf.Leaf)
			}
		}
	})
}

func accepted(t *rapid.T, now time.Time, bundle []byte, leaf *x509.Certificate) {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bundle)
	if _, err := leaf.Verify(x509.VerifyOptions{DNSName: wanted[1], Roots: pool, CurrentTime: now}); err != nil {
		t.Fatalf("at %s a served leaf is not trusted: %v", now, err)
	}
}

func indices(count int) []int {
	list := make([]int, count)
	for i := range list {
		list[i] = i
	}
	return list
}
