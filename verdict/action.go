package verdict

import "slices"

// Action says what becomes of a finding at admission.
type Action string

// The actions, from the least to the strictest.
const (
	// ActionOff drops the finding, with a skip in its place.
	ActionOff Action = "off"
	// ActionAudit records it, in reports, metrics and the audit log, and tells nobody.
	ActionAudit Action = "audit"
	// ActionWarn tells whoever submits the object.
	ActionWarn Action = "warn"
	// ActionDeny refuses the object.
	ActionDeny Action = "deny"
)

// Actions lists all actions, the strictest first.
func Actions() []Action { return []Action{ActionDeny, ActionWarn, ActionAudit, ActionOff} }

// AtMost returns the action, or the limit if the action is stricter.
func (a Action) AtMost(limit Action) Action {
	all := Actions()
	return all[max(slices.Index(all, a), slices.Index(all, limit))]
}

// AtLeast reports whether a is as strict as threshold.
func (a Action) AtLeast(threshold Action) bool { return a.AtMost(threshold) == threshold }

// Counts reports whether somebody who asks for findings of at least that severity is to
// heed this one: it would be refused, or it is that urgent and its rule is not merely
// recorded.
func (f *Finding) Counts(least Severity) bool {
	return f.Action == ActionDeny || f.Asked != ActionAudit && f.Severity.AtLeast(least)
}
