package diagnosis

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/policies"
)

func ids(rules []policies.Rule) []string {
	all := make([]string, len(rules))
	for i := range rules {
		all[i] = rules[i].ID
	}
	return all
}

func texts(signs []*Sign) []string {
	var all []string
	for _, sign := range signs {
		all = append(all, sign.Text)
	}
	return all
}

func TestTheSymptomOfARuleLeadsToTheRule(t *testing.T) {
	told := 0
	for _, rule := range policies.Rules() {
		if len(rule.Signs) == 0 {
			continue
		}
		told++
		var led []string
		for line := range strings.Lines(rule.Symptom) {
			for _, sign := range In(line) {
				led = append(led, ids(sign.Rules)...)
			}
		}
		if !slices.Contains(led, rule.ID) {
			t.Errorf("the symptom of %s leads to %q", rule.ID, led)
		}
	}
	if told < 30 {
		t.Errorf("only %d rules have signs", told)
	}
}

func TestALineHasASign(t *testing.T) {
	tests := []struct {
		sign, line string
		want       bool
	}{
		{"in state: CONNECTING", "Timed out while in state: CONNECTING", true},
		{"in state: CONNECTING", "Timed out while in state: CONNECTED", false},
		{"Graceful stop of task ... failed.", "Graceful stop of task orders-0 failed.", true},
		{"Graceful stop of task ... failed.", "Graceful stop of task orders-0 succeeded.", false},
		{"Graceful stop of task ... failed.", "failed. Graceful stop of task orders-0", false},
		{"of id ..., my id = ...", "of id 1, my id = 2, error =", true},
		{"CONNECTING", "", false},
	}
	for _, test := range tests {
		signs := signsOf([]policies.Rule{{ID: "mesh/some-rule", Signs: []string{test.sign}}})
		if got := signs[0].In(test.line); got != test.want {
			t.Errorf("%q in %q: %v", test.sign, test.line, got)
		}
	}
}

func TestASignThatSaysMoreTakesThePlaceOfAnother(t *testing.T) {
	const denied = "Principal = User:ANONYMOUS is Denied"
	tests := []struct {
		line string
		want []string
	}{
		{denied + " operation = READ from host = 127.0.0.6", []string{denied}},
		{denied + " operation = CLUSTER_ACTION from host = 127.0.0.6", []string{denied + " operation = CLUSTER_ACTION"}},
		{"[KafkaServer id=1] started", nil},
	}
	for _, test := range tests {
		if got := texts(In(test.line)); !slices.Equal(got, test.want) {
			t.Errorf("%s has %q, want %q", test.line, got, test.want)
		}
	}
}

func TestRulesWithOneSignShareIt(t *testing.T) {
	signs := signsOf([]policies.Rule{
		{ID: "mesh/a", Signs: []string{"one", "both"}},
		{ID: "mesh/b", Signs: []string{"both"}},
	})
	if got, want := texts(signs), []string{"both", "one"}; !slices.Equal(got, want) {
		t.Fatalf("the signs are %q, want %q", got, want)
	}
	if got, want := ids(signs[0].Rules), []string{"mesh/a", "mesh/b"}; !slices.Equal(got, want) {
		t.Errorf("the rules of both are %q, want %q", got, want)
	}
}
