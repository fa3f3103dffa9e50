package policies

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// engineOf makes an engine of rules for brokers, of which only the code is given. The
// first one is called mesh/rule-a; ID stands for that name.
func engineOf(t *testing.T, bodies ...string) *Engine {
	t.Helper()
	files := fstest.MapFS{}
	for i, body := range bodies {
		name := "rule-" + string(rune('a'+i))
		text := "package sluice.mesh\n\n# METADATA\n# title: A rule\n# custom: {rule: mesh/" + name +
			", severity: warning, subjects: [broker]}\n" + strings.ReplaceAll(body, "ID", "mesh/"+name)
		files["rules/mesh/"+name+".rego"] = &fstest.MapFile{Data: []byte(text)}
	}
	return newEngine(func() (*book, error) { return readBook(fs.FS(files)) })
}

const (
	// always finds something about every broker.
	always = `findings contains {"rule": "ID", "fact": "hold", "message": "found"} if input.subject == "broker"`
	// endless does not end within the life of a test.
	endless = `findings contains {"rule": "ID", "fact": "hold", "message": "found"} if {
	some i in numbers.range(1, 100000)
	some j in numbers.range(1, 100000)
	i * j == input.quorum_size - 1
}`
)

func broker(t testing.TB) *workload.Workload {
	t.Helper()
	w, _ := recognised(t, podOf("", "containers: ["+kafka+"]"))
	return w
}

func TestFindingHasTheSeverityOfItsRuleUnlessItSaysOtherwise(t *testing.T) {
	engine := engineOf(t, always, strings.Replace(always, `"message"`, `"severity": "info", "message"`, 1))
	findings, err := engine.Judge(t.Context(), broker(t), modern)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 2 || findings[0].Severity != verdict.Warning || findings[1].Severity != verdict.Info {
		t.Errorf("got %+v", findings)
	}
}

func TestRulesThatCannotBeAppliedAreNamed(t *testing.T) {
	tests := []struct{ name, rule, mention string }{
		{"an unknown fact", `findings contains {"rule": "ID"} if input.colour == "blue"`, `rule mesh/rule-a: there is no fact called "colour"`},
		{"a rule that does not compile", `findings contains {"rule": "ID"} if nothing.there == 1`, "rules/mesh/rule-a.rego"},
		{"a rule that is no Rego", `findings contains`, "rules/mesh/rule-a.rego"},
		{"a finding that is no object", `findings contains "text" if input.subject == "broker"`, `a finding is an object, not "text"`},
		{"a finding about nothing", `findings contains {"rule": "ID", "fact": "colour"} if input.subject == "broker"`, "a fact that does not exist"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			findings, err := engineOf(t, test.rule).Judge(t.Context(), broker(t), modern)
			if err == nil || !strings.Contains(err.Error(), test.mention) || !strings.Contains(err.Error(), "container kafka") {
				t.Errorf("got the error %v, which should mention %q and the container", err, test.mention)
			}
			if len(findings) > 0 {
				t.Errorf("got findings, too: %+v", findings)
			}
		})
	}
}

func TestProcessThatCannotBeJudgedLeavesTheOthersTheirFindings(t *testing.T) {
	w, _ := recognised(t, podOf("", `containers: [{name: odd, image: "apache/kafka:4.1.0"}, `+kafka+`]`))
	w.Processes[0].Role = "registrar"
	findings, err := engineOf(t, always).Judge(t.Context(), w, modern)
	if err == nil || !strings.Contains(err.Error(), "container odd were not applied: there are no rules for the role \"registrar\"") {
		t.Errorf("got the error %v", err)
	}
	if len(findings) != 1 {
		t.Errorf("got the findings %+v", findings)
	}
}

func TestEvaluationEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("the client has gone")
	cancel(gone)
	if _, err := engineOf(t, endless).Judge(ctx, broker(t), modern); !errors.Is(err, gone) {
		t.Errorf("got the error %v", err)
	}
}

func TestEvaluationEndsAtItsLimit(t *testing.T) {
	query, err := engineOf(t, endless).queries[Subject(workload.Broker)]()
	if err != nil {
		t.Fatal(err)
	}
	query.limit = time.Millisecond
	if _, err := query.evaluate(t.Context(), observe(t.Context(), broker(t), modern)[0]); err == nil || !strings.Contains(err.Error(), "more than 1ms") {
		t.Errorf("got the error %v", err)
	}
}

func TestEngineIsSafeForConcurrentUse(t *testing.T) {
	engine := New()
	w, _ := recognised(t, podOf("", "containers: ["+kafka+"]"))
	want, err := New().Judge(t.Context(), w, modern)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if got, err := engine.Judge(t.Context(), w, modern); err != nil || !slices.Equal(got, want) {
					t.Errorf("got %+v, %v", got, err)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestLookupFindsEachRule(t *testing.T) {
	for _, rule := range Rules() {
		if found, ok := Lookup(rule.ID); !ok || found.Title != rule.Title {
			t.Errorf("%s: got %+v, %t", rule.ID, found, ok)
		}
	}
	if _, ok := Lookup("mesh/no-such-rule"); ok {
		t.Error("there is a rule that does not exist")
	}
}

func BenchmarkJudge(b *testing.B) {
	for name, manifest := range map[string]string{
		"nothing-found": podOf(held, "containers: ["+kafka+"]"),
		"two-found":     podOf("", "containers: ["+kafka+"]"),
	} {
		b.Run(name, func(b *testing.B) {
			w, _ := recognised(b, manifest)
			engine := New()
			if _, err := engine.Judge(b.Context(), w, modern); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := engine.Judge(b.Context(), w, modern); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPrepare(b *testing.B) {
	for b.Loop() {
		rules, err := readBook(ruleFiles)
		if err != nil {
			b.Fatal(err)
		}
		query, err := newQuery(Subject(workload.Broker), rules)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := query.compile(); err != nil {
			b.Fatal(err)
		}
	}
}
