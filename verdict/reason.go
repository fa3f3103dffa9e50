package verdict

import (
	"cmp"
	"slices"
)

// Code is the stable name of a reason: subject/kebab-name. A code is never given
// another meaning; one that is no longer used moves to the retired list.
type Code string

// Outcome says which kind of statement a reason belongs to.
type Outcome string

// The outcomes.
const (
	OutcomeChange Outcome = "change"
	OutcomeSkip   Outcome = "skip"
	// OutcomeProblem is of a cluster as a whole, and found by an audit of it.
	OutcomeProblem Outcome = "problem"
)

// Reason is the page of a code, for people.
type Reason struct {
	Code    Code
	Outcome Outcome
	// Title is one line without a full stop.
	Title string
	// Why says what goes wrong in a mesh, or why nothing was done.
	Why string
	// Do says what the reader can do about it.
	Do string
}

// table is all pages, sorted by code.
var table = slices.SortedFunc(slices.Values(slices.Concat(reasons, orderReasons)), func(a, b Reason) int { return cmp.Compare(a.Code, b.Code) })

// Lookup finds the page of a code.
func Lookup(code Code) (Reason, bool) {
	i := slices.IndexFunc(table, func(r Reason) bool { return r.Code == code })
	if i < 0 {
		return Reason{}, false
	}
	return table[i], true
}

// Reasons lists all pages, sorted by code.
func Reasons() []Reason { return slices.Clone(table) }

// Settled reports whether a skip with this code means that nothing was left to do,
// so that a reader in a hurry can pass it by.
func (c Code) Settled() bool {
	switch c {
	case HoldAlready, HoldNative, ListenAlready, LinksAlready, LinksHarmless, OrderAlready, OrderNotAsked, OrderUnconfigured,
		PrincipalAlready, PrincipalNoProxy, ShutdownAlready, ShutdownNative:
		return true
	default:
		return false
	}
}

// Disagrees reports whether a skip with this code means that somebody asked for something
// that did not come about, so that they have to be told.
func (c Code) Disagrees() bool {
	return c == WaiverExpired || c == WaiverMalformed || c == WaiverRefused
}
