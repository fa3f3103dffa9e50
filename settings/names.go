package settings

import (
	"slices"
	"strings"
)

// Names are what settings may name beside their own keys.
type Names struct {
	// Mutators are the names of the mutators.
	Mutators []string
	// Rules returns the IDs of all rules. It is only asked when the settings name one.
	Rules func() []string
}

// knows reports whether there is a rule or a group of that name.
func (r *reader) knows(name string) bool {
	return name != "" && r.names.Rules != nil && slices.ContainsFunc(r.names.Rules(), func(rule string) bool {
		return rule == name || strings.HasPrefix(rule, name+"/")
	})
}
