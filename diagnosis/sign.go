// Package diagnosis tells by the lines of a log which rules' symptoms they are. It
// is for people who have the log of a pod and not its manifest, or who have not read
// what the manifest's check said.
package diagnosis

import (
	"slices"
	"strings"
	"sync"

	"github.com/sluice-dev/sluice/policies"
)

// Sign is a text by which a line of a log is known.
type Sign struct {
	// Text has "..." where any text may stand within the line.
	Text string
	// Rules are those whose symptom it is, sorted by ID; never none.
	Rules []policies.Rule

	parts []string
	// within are the signs that say more: whoever has one of them has this one, too.
	within []*Sign
}

// anyText stands in signs for any text.
const anyText = "..."

// In reports whether a line has the sign.
func (s *Sign) In(line string) bool {
	for _, part := range s.parts {
		at := strings.Index(line, part)
		if at < 0 {
			return false
		}
		line = line[at+len(part):]
	}
	return true
}

// Start returns where the sign begins in a line that has it, in bytes.
func (s *Sign) Start(line string) int { return max(0, strings.Index(line, s.parts[0])) }

// Signs returns those of all rules, sorted by text.
var Signs = sync.OnceValue(func() []*Sign { return signsOf(policies.Rules()) })

func signsOf(rules []policies.Rule) []*Sign {
	known := map[string]*Sign{}
	var all []*Sign
	for _, rule := range rules {
		for _, text := range rule.Signs {
			sign, found := known[text]
			if !found {
				sign = &Sign{Text: text, parts: strings.Split(text, anyText)}
				known[text] = sign
				all = append(all, sign)
			}
			sign.Rules = append(sign.Rules, rule)
		}
	}
	slices.SortFunc(all, func(a, b *Sign) int { return strings.Compare(a.Text, b.Text) })
	for _, sign := range all {
		for _, other := range all {
			if sign != other && sign.In(other.Text) {
				sign.within = append(sign.within, other)
			}
		}
	}
	return all
}

// In returns the signs that a line has, without those of which it has one that says
// more.
func In(line string) []*Sign {
	var found []*Sign
	for _, sign := range Signs() {
		if sign.In(line) {
			found = append(found, sign)
		}
	}
	return slices.DeleteFunc(found, func(sign *Sign) bool {
		return slices.ContainsFunc(sign.within, func(more *Sign) bool { return more.In(line) })
	})
}
