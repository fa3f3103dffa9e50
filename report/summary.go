package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/verdict"
)

// sentence writes a summary for people: what was looked at, then what came of it.
func (s *Summary) sentence(outcome string) string {
	seen := count(s.Files, "file", "files") + ", " + count(s.Objects, "object", "objects")
	switch s.Recognised {
	case s.Objects:
	case 0:
		seen += ", none with a Kafka or ZooKeeper process"
	default:
		seen += fmt.Sprintf(", %d with Kafka or ZooKeeper", s.Recognised)
	}
	if s.Recognised > 0 {
		seen += ": " + outcome
	}
	if s.Unusable > 0 {
		seen += fmt.Sprintf("; %d could not be read", s.Unusable)
	}
	return seen
}

// changed writes what became of the objects.
func (s *Summary) changed() string {
	parts := []string{count(s.Changes, "change", "changes")}
	if s.Shadow > 0 {
		parts = append(parts, fmt.Sprintf("%d computed, not made", s.Shadow))
	}
	if skipped := s.Skips - s.Settled; skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", skipped))
	}
	if s.Settled > 0 {
		parts = append(parts, fmt.Sprintf("%d settled already", s.Settled))
	}
	return strings.Join(parts, ", ")
}

// found writes how many findings there are, the most urgent first, and what was
// changed before the rules looked.
func (s *Summary) found() string {
	var parts []string
	for _, severity := range slices.Backward(verdict.Severities()) {
		if n := s.Findings[severity]; n > 0 {
			parts = append(parts, count(n, string(severity), string(severity)+"s"))
		}
	}
	found := strings.Join(parts, ", ")
	if found == "" {
		found = "nothing found"
	}
	if s.Changes > 0 {
		found += ", after " + count(s.Changes, "change", "changes") + " that admission makes"
	}
	return found
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
