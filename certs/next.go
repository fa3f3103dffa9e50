package certs

import (
	"crypto/x509"
	"slices"
	"time"
)

// step is one decision of next, for the log.
type step string

// next says what the Secret should hold at that moment. It goes by what the Secret
// holds, and, for a leaf that is lost, by the one that this replica still serves: its
// certificate stays in use until a new authority has settled. It keeps what is good:
// given what it returned it returns the same, until something is due.
func (l Lifetimes) next(now time.Time, stored, held state, wanted []string) (state, []step, error) {
	var steps []step
	s := state{authorities: slices.Clone(stored.authorities), signer: stored.signer, leaf: stored.leaf}

	if !s.serves(now, wanted) && held.serves(now, wanted) {
		s.leaf = held.leaf
		if issuer(s.leaf.Leaf, s.authorities) < 0 {
			s.authorities = append(s.authorities, held.authorities[issuer(s.leaf.Leaf, held.authorities)])
		}
		steps = append(steps, "kept the certificate that is served, in place of one that is lost or of no use")
	}
	if !s.signs(now) || !now.Before(l.due(s.authorities[0], l.Authority)) {
		authority, signer, err := l.newAuthority(now)
		if err != nil {
			return state{}, nil, err
		}
		s.authorities, s.signer = slices.Insert(s.authorities, 0, authority), signer
		steps = append(steps, "made a new authority")
	}
	if kept := l.keep(now, &s); len(kept) < len(s.authorities) {
		s.authorities = kept
		steps = append(steps, "dropped authorities of which no leaf can be valid any more")
	}
	if l.leafDue(now, &s, wanted) {
		// Replicas of two versions may disagree on the names while one replaces the other.
		if s.leaf != nil && valid(s.leaf.Leaf, now) && !covers(s.leaf.Leaf, wanted) {
			wanted = slices.Compact(slices.Sorted(slices.Values(append(names(s.leaf.Leaf), wanted...))))
		}
		leaf, err := l.newLeaf(now, s.authorities[0], s.signer, wanted)
		if err != nil {
			return state{}, nil, err
		}
		s.leaf = leaf
		steps = append(steps, "made a new certificate")
	}
	return s, steps, nil
}

// serves says whether the leaf is one that API servers accept at that moment, provided
// that they trust the authorities.
func (s *state) serves(now time.Time, wanted []string) bool {
	if s.leaf == nil || !valid(s.leaf.Leaf, now) || !covers(s.leaf.Leaf, wanted) {
		return false
	}
	signedBy := issuer(s.leaf.Leaf, s.authorities)
	return signedBy >= 0 && valid(s.authorities[signedBy], now)
}

// signs says whether the first authority can sign at that moment.
func (s *state) signs(now time.Time) bool {
	return s.signer != nil && len(s.authorities) > 0 && valid(s.authorities[0], now) && fits(s.signer, s.authorities[0]) == nil
}

// leafDue says whether a new leaf has to be signed. One that serves waits until the
// authority that would sign the next one has settled.
func (l Lifetimes) leafDue(now time.Time, s *state, wanted []string) bool {
	if !s.serves(now, wanted) {
		return true
	}
	newest := s.authorities[0]
	if now.Before(l.created(newest).Add(l.Settle)) && issuer(s.leaf.Leaf, s.authorities) != 0 {
		return false
	}
	return issuer(s.leaf.Leaf, s.authorities) != 0 || !now.Before(l.due(s.leaf.Leaf, l.Leaf))
}

// keep returns the authorities that still matter: the first one, and of the others
// those whose leaves may still be valid somewhere. Each signed until its successor
// came, at the latest.
func (l Lifetimes) keep(now time.Time, s *state) []*x509.Certificate {
	var signedBy *x509.Certificate
	if s.leaf != nil && valid(s.leaf.Leaf, now) {
		if i := issuer(s.leaf.Leaf, s.authorities); i >= 0 {
			signedBy = s.authorities[i]
		}
	}
	kept := s.authorities[:1:1]
	for i, authority := range s.authorities[1:] {
		successor := s.authorities[i]
		switch {
		case !valid(authority, now):
		case len(kept) == maxAuthorities-1 && authority != signedBy:
		case authority == signedBy, now.Before(l.created(successor).Add(l.Leaf + l.Skew)):
			kept = append(kept, authority)
		}
	}
	return kept
}

// lookEvery is how often everything is looked at although nobody reported a change
// and nothing is due: a timer that is set for a day next week would not notice that
// the machine was suspended, or its clock set.
const lookEvery = time.Minute

// until returns how long there is nothing to do for next.
func (l Lifetimes) until(now time.Time, s *state) time.Duration {
	if s == nil {
		return lookEvery
	}
	newest, signedBy := s.authorities[0], issuer(s.leaf.Leaf, s.authorities)
	first := l.due(s.leaf.Leaf, l.Leaf)
	if signedBy != 0 {
		first = l.created(newest).Add(l.Settle)
	}
	if due := l.due(newest, l.Authority); due.Before(first) {
		first = due
	}
	// What has just fallen due is not asked for more often than clocks can tell.
	return min(max(first.Sub(now), 100*time.Millisecond), lookEvery)
}
