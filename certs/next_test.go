package certs

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	epoch     = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	wanted    = []string{"127.0.0.1", "sluice.sluice-system.svc"}
	lifetimes = Lifetimes{Authority: 60 * 24 * time.Hour, Leaf: 6 * 24 * time.Hour, Settle: time.Hour, Skew: time.Hour}
)

// after takes the state through one call of next.
func after(t *testing.T, now time.Time, stored, held state, names ...string) (state, []step) {
	t.Helper()
	if names == nil {
		names = wanted
	}
	s, steps, err := lifetimes.next(now, stored, held, names)
	if err != nil {
		t.Fatal(err)
	}
	if again, more, err := lifetimes.next(now, s, held, names); err != nil || len(more) > 0 || !bytes.Equal(again.bundle(), s.bundle()) || again.leaf != s.leaf {
		t.Fatalf("a second look does more: %v, %v", more, err)
	}
	trusted(t, now, &s, s.leaf, names...)
	return s, steps
}

// trusted fails unless an API server that trusts the state's authorities accepts a leaf.
func trusted(t *testing.T, now time.Time, s *state, leaf *tls.Certificate, names ...string) {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.bundle())
	for _, name := range names {
		if _, err := leaf.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool, CurrentTime: now}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFirstReplicaMakesEverything(t *testing.T) {
	s, steps := after(t, epoch, state{}, state{})
	if len(s.authorities) != 1 || len(steps) != 2 {
		t.Errorf("%d authorities; %v", len(s.authorities), steps)
	}
	if got := s.authorities[0]; got.NotAfter != epoch.Add(lifetimes.Authority) || got.NotBefore != epoch.Add(-time.Hour) || !got.MaxPathLenZero {
		t.Errorf("the authority is valid from %s to %s", got.NotBefore, got.NotAfter)
	}
	if got := s.leaf.Leaf; got.NotAfter != epoch.Add(lifetimes.Leaf) || got.IsCA || !slices.Equal(got.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}) {
		t.Errorf("the leaf is valid from %s to %s", got.NotBefore, got.NotAfter)
	}
}

func TestEachIsRenewedAfterTwoThirdsOfItsLife(t *testing.T) {
	first, _ := after(t, epoch, state{}, state{})
	if s, steps := after(t, epoch.Add(4*24*time.Hour-time.Second), first, state{}); len(steps) > 0 || s.leaf != first.leaf {
		t.Errorf("renewed too early: %v", steps)
	}
	s, steps := after(t, epoch.Add(4*24*time.Hour), first, state{})
	if s.leaf == first.leaf || s.authorities[0] != first.authorities[0] || len(steps) != 1 {
		t.Errorf("the leaf was not renewed: %v", steps)
	}
	if s, steps = after(t, epoch.Add(40*24*time.Hour), first, state{}); len(s.authorities) != 2 || s.authorities[1] != first.authorities[0] {
		t.Errorf("the authority was not renewed: %v", steps)
	}
}

func TestANewAuthorityIsPublishedBeforeItSignsAndAnOldOneStaysWhileItsLeavesAreValid(t *testing.T) {
	due := epoch.Add(40 * 24 * time.Hour)
	before, _ := after(t, epoch, state{}, state{})
	before, _ = after(t, due.Add(-time.Minute), before, state{})

	published, _ := after(t, due, before, state{})
	if len(published.authorities) != 2 || published.leaf != before.leaf {
		t.Fatalf("%d authorities, or another leaf", len(published.authorities))
	}
	settled := due.Add(lifetimes.Settle)
	if s, _ := after(t, settled.Add(-time.Second), published, state{}); s.leaf != before.leaf {
		t.Error("the new authority signed before it had settled")
	}
	signed, _ := after(t, settled, published, state{})
	if signed.leaf == before.leaf || issuer(signed.leaf.Leaf, signed.authorities) != 0 {
		t.Error("the new authority does not sign once it has settled")
	}
	// Replicas that have not looked yet serve the old leaf.
	trusted(t, before.leaf.Leaf.NotAfter.Add(-time.Second), &signed, before.leaf, wanted...)
	end := due.Add(lifetimes.Leaf + lifetimes.Skew)
	if s, _ := after(t, end.Add(-time.Second), signed, state{}); len(s.authorities) != 2 {
		t.Error("the old authority left before its last leaf had expired")
	}
	if s, _ := after(t, end, signed, state{}); len(s.authorities) != 1 {
		t.Error("the old authority stays for ever")
	}
}

func TestWhatIsLostIsMadeAnewWhileTheOldLeafIsServedOn(t *testing.T) {
	held, _ := after(t, epoch, state{}, state{})
	later := epoch.Add(24 * time.Hour)
	for name, stored := range map[string]state{
		"everything":      {},
		"the authorities": {signer: held.signer, leaf: held.leaf},
		"the signer":      {authorities: held.authorities, leaf: held.leaf},
		"the leaf":        {authorities: held.authorities, signer: held.signer},
	} {
		t.Run(name, func(t *testing.T) {
			s, steps := after(t, later, stored, held)
			if s.leaf != held.leaf || len(steps) == 0 {
				t.Errorf("the leaf was replaced: %v", steps)
			}
			if s, _ := after(t, later.Add(2*lifetimes.Settle), s, held); issuer(s.leaf.Leaf, s.authorities) != 0 {
				t.Error("the new authority never signs")
			}
			// A replica that has just started serves nothing yet.
			after(t, later, stored, state{})
		})
	}
}

func TestWhatHasExpiredOrIsNotValidYetIsMadeAnew(t *testing.T) {
	first, _ := after(t, epoch, state{}, state{})
	for name, now := range map[string]time.Time{
		"the leaf":                     epoch.Add(7 * 24 * time.Hour),
		"everything":                   epoch.Add(10 * 365 * 24 * time.Hour),
		"the clock was set back":       epoch.Add(-2 * time.Hour),
		"the clock was set far back":   epoch.Add(-10 * 365 * 24 * time.Hour),
		"the clock was set back a bit": epoch.Add(-time.Minute),
	} {
		t.Run(name, func(t *testing.T) { after(t, now, first, first) })
	}
}

func TestAReplicaWithMoreNamesDoesNotTakeAwayThoseOfOthers(t *testing.T) {
	old, _ := after(t, epoch, state{}, state{})
	now := epoch.Add(time.Hour)
	s, steps := after(t, now, old, old, "renamed.sluice-system.svc")
	trusted(t, now, &s, s.leaf, append(wanted, "renamed.sluice-system.svc")...)
	if len(steps) != 1 {
		t.Errorf("%v", steps)
	}
	if _, steps := after(t, now, s, old); len(steps) > 0 {
		t.Errorf("the old replica undoes it: %v", steps)
	}
	s, _ = after(t, now.Add(5*24*time.Hour), s, state{}, "renamed.sluice-system.svc")
	if covers(s.leaf.Leaf, wanted) {
		t.Error("names that nobody wants stay for ever")
	}
}

func TestTheBundleStaysBoundedHoweverOftenTheSecretIsDeleted(t *testing.T) {
	held, _ := after(t, epoch, state{}, state{})
	s := held
	for i := range 50 {
		lost := state{authorities: s.authorities, leaf: s.leaf}
		s, _ = after(t, epoch.Add(time.Duration(i)*time.Minute), lost, held)
	}
	if len(s.authorities) > maxAuthorities || s.leaf != held.leaf {
		t.Errorf("%d authorities, or another leaf", len(s.authorities))
	}
	if s, _ := after(t, epoch.Add(8*24*time.Hour), s, held); len(s.authorities) > 1 {
		t.Errorf("%d authorities stay", len(s.authorities))
	}
}

func TestDecodeReadsWhatCanBeRead(t *testing.T) {
	s, _ := after(t, epoch, state{}, state{})
	other, _ := after(t, epoch, state{}, state{})
	good, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.encode()
	if err != nil {
		t.Fatal(err)
	}
	garbage := []byte("garbage")
	for _, test := range []struct {
		name, key               string
		value                   []byte
		authorities             int
		signer, leaf, complains bool
	}{
		{"good", authoritiesKey, good[authoritiesKey], 1, true, true, false},
		{"no authorities", authoritiesKey, nil, 0, true, true, false},
		{"garbage for authorities", authoritiesKey, garbage, 0, true, true, true},
		{"an authority and garbage", authoritiesKey, append(slices.Clone(good[authoritiesKey]), garbage...), 1, true, true, true},
		{"a leaf for an authority", authoritiesKey, good[leafKey], 0, true, true, true},
		{"a key for an authority", authoritiesKey, good[signerKey], 0, true, true, true},
		{"too many authorities", authoritiesKey, bytes.Repeat(good[authoritiesKey], 20), maxAuthorities, true, true, true},
		{"no signer", signerKey, nil, 1, false, true, false},
		{"garbage for the signer", signerKey, garbage, 1, false, true, true},
		{"the signer of another", signerKey, foreign[signerKey], 1, false, true, true},
		{"a certificate for the signer", signerKey, good[leafKey], 1, false, true, true},
		{"no leaf", leafKey, nil, 1, true, false, true},
		{"garbage for the leaf", leafKey, garbage, 1, true, false, true},
		{"the key of another leaf", leafKeyKey, foreign[leafKeyKey], 1, true, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			data := maps.Clone(good)
			data[test.key] = test.value
			got, err := decode(data)
			if len(got.authorities) != test.authorities || (got.signer != nil) != test.signer || (got.leaf != nil) != test.leaf || (err != nil) != test.complains {
				t.Errorf("%d authorities, signer %t, leaf %t, %v", len(got.authorities), got.signer != nil, got.leaf != nil, err)
			}
			if err != nil && !strings.Contains(err.Error(), ".crt") && !strings.Contains(err.Error(), ".key") {
				t.Errorf("which key is not said: %v", err)
			}
			after(t, epoch, got, s)
			after(t, epoch, got, state{})
		})
	}
	if got, err := decode(nil); err != nil || got.leaf != nil {
		t.Errorf("an empty Secret: %v", err)
	}
}

// A Secret that somebody else has filled may hold an authority with the right key whose
// leaves no API server accepts.
func TestAnAuthorityThatCannotVouchForALeafIsReplaced(t *testing.T) {
	s, _ := after(t, epoch, state{}, state{})
	good, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*x509.Certificate){
		"it may not sign":                 func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature },
		"it is none":                      func(c *x509.Certificate) { c.IsCA, c.MaxPathLenZero = false, false },
		"it signs for clients":            func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} },
		"it signs for other names":        func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} },
		"it has an unknown extension":     func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Critical: true}} },
		"it signs for an unknown purpose": func(c *x509.Certificate) { c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3}} },
	} {
		t.Run(name, func(t *testing.T) {
			template := *s.authorities[0]
			spoil(&template)
			der, err := x509.CreateCertificate(rand.Reader, &template, &template, s.signer.Public(), s.signer)
			if err != nil {
				t.Fatal(err)
			}
			data := maps.Clone(good)
			data[authoritiesKey] = encodeBlock("CERTIFICATE", der)
			read, err := decode(data)
			if err == nil || !strings.Contains(err.Error(), authoritiesKey) {
				t.Errorf("it is not said: %v", err)
			}
			after(t, epoch, read, state{})
			after(t, epoch, read, s)
		})
	}
}

func FuzzDecode(f *testing.F) {
	s, _, err := lifetimes.next(epoch, state{}, state{}, wanted)
	if err != nil {
		f.Fatal(err)
	}
	good, err := s.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[authoritiesKey], good[signerKey], good[leafKey], good[leafKeyKey])
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), []byte(nil), good[leafKey], good[signerKey])
	f.Fuzz(func(t *testing.T, authorities, signer, leaf, key []byte) {
		read, _ := decode(map[string][]byte{authoritiesKey: authorities, signerKey: signer, leafKey: leaf, leafKeyKey: key})
		after(t, epoch, read, s)
	})
}
