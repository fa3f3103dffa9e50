package verdict

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestReasonsAreSortedUniqueAndWhole(t *testing.T) {
	code := regexp.MustCompile(`^[a-z]+(-[a-z]+)*/[a-z]+(-[a-z]+)*$`)
	all := Reasons()
	if !slices.IsSortedFunc(all, func(a, b Reason) int { return strings.Compare(string(a.Code), string(b.Code)) }) {
		t.Error("the table is not sorted by code")
	}
	seen := map[Code]bool{}
	for _, reason := range all {
		if seen[reason.Code] {
			t.Errorf("%s stands in the table twice", reason.Code)
		}
		seen[reason.Code] = true
		if !code.MatchString(string(reason.Code)) {
			t.Errorf("%s is not subject/kebab-name", reason.Code)
		}
		if !slices.Contains([]Outcome{OutcomeChange, OutcomeSkip, OutcomeProblem}, reason.Outcome) {
			t.Errorf("%s has the outcome %q", reason.Code, reason.Outcome)
		}
		if reason.Title == "" || strings.HasSuffix(reason.Title, ".") {
			t.Errorf("%s: the title %q must be a line without a full stop", reason.Code, reason.Title)
		}
		for _, text := range []string{reason.Why, reason.Do} {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q must end with a full stop", reason.Code, text)
			}
		}
	}
}

func TestLookupFindsEveryReasonAndNothingElse(t *testing.T) {
	for _, reason := range Reasons() {
		if found, ok := Lookup(reason.Code); !ok || found != reason {
			t.Errorf("Lookup(%s) = %v, %v", reason.Code, found, ok)
		}
	}
	if _, ok := Lookup("quorum-listen/unheard-of"); ok {
		t.Error("Lookup found a code that does not exist")
	}
}

func TestSeveritiesAreOrdered(t *testing.T) {
	for i, lower := range Severities() {
		for j, higher := range Severities() {
			if got := higher.AtLeast(lower); got != (j >= i) {
				t.Errorf("%s.AtLeast(%s) = %v", higher, lower, got)
			}
		}
		if parsed, err := ParseSeverity(string(lower)); err != nil || parsed != lower {
			t.Errorf("ParseSeverity(%s) = %v, %v", lower, parsed, err)
		}
	}
	if _, err := ParseSeverity("fatal"); err == nil {
		t.Error("ParseSeverity accepted an unknown severity")
	}
}

func TestObjectReadsLikeKubectl(t *testing.T) {
	for want, object := range map[string]Object{
		"Pod kafka/broker-0":    {Kind: "Pod", Namespace: "kafka", Name: "broker-0"},
		"StatefulSet zookeeper": {Kind: "StatefulSet", Name: "zookeeper"},
		"Pod kafka/(unnamed)":   {Kind: "Pod", Namespace: "kafka"},
	} {
		if got := object.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOnlyEnforcedChangesCountAsChanged(t *testing.T) {
	shadowed := Verdict{Changes: []Change{{Shadow: true}}}
	if shadowed.Changed() {
		t.Error("a shadow change counted")
	}
	enforced := Verdict{Changes: []Change{{Shadow: true}, {}}}
	if !enforced.Changed() {
		t.Error("a change did not count")
	}
}
