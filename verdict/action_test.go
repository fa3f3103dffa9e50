package verdict_test

import (
	"testing"

	"github.com/sluice-dev/sluice/verdict"
)

func TestAnActionIsLimitedToTheLessStrictOne(t *testing.T) {
	strict := verdict.Actions()
	for i, a := range strict {
		for j, b := range strict {
			if got, want := a.AtMost(b), strict[max(i, j)]; got != want {
				t.Errorf("%s at most %s is %s", a, b, got)
			}
			if got, want := a.AtLeast(b), i <= j; got != want {
				t.Errorf("%s at least %s: %v", a, b, got)
			}
		}
	}
}

func TestAFindingCountsIfItIsRefusedOrUrgent(t *testing.T) {
	for _, test := range []struct {
		name    string
		finding verdict.Finding
		counts  bool
	}{
		{"urgent enough", verdict.Finding{Severity: verdict.Error, Asked: verdict.ActionWarn, Action: verdict.ActionWarn}, true},
		{"not urgent", verdict.Finding{Severity: verdict.Warning, Asked: verdict.ActionWarn, Action: verdict.ActionWarn}, false},
		{"not urgent, but refused", verdict.Finding{Severity: verdict.Warning, Asked: verdict.ActionDeny, Action: verdict.ActionDeny}, true},
		{"urgent, of a rule that is recorded", verdict.Finding{Severity: verdict.Error, Asked: verdict.ActionAudit, Action: verdict.ActionAudit}, false},
		{"urgent, of a pod that a controller made", verdict.Finding{Severity: verdict.Error, Asked: verdict.ActionWarn, Action: verdict.ActionAudit}, true},
	} {
		if test.finding.Counts(verdict.Error) != test.counts {
			t.Errorf("%s: %v", test.name, !test.counts)
		}
	}
}
