package policies

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
)

// TestRegoTests runs the tests beside the rules as `opa test policies/rules` does,
// and demands that they reach every line of the rules.
func TestRegoTests(t *testing.T) {
	modules, store, err := tester.Load([]string{"rules"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	coverage := cover.New()
	var passed int
	ctx := t.Context()
	err = storage.Txn(ctx, store, storage.TransactionParams{Write: true}, func(txn storage.Transaction) error {
		runner := tester.NewRunner().
			SetCompiler(ast.NewCompiler().WithStrict(true)).SetStore(store).SetModules(modules).
			SetCoverageQueryTracer(coverage).RaiseBuiltinErrors(true)
		results, err := runner.RunTests(ctx, txn)
		if err != nil {
			return err
		}
		for result := range results {
			if !result.Pass() {
				t.Errorf("%s: %s", result.Location, result)
				continue
			}
			passed++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if passed == 0 {
		t.Fatal("no test ran")
	}
	report := coverage.Report(modules)
	for name := range modules {
		if strings.HasSuffix(name, "_test.rego") {
			continue
		}
		file := report.Files[name]
		if file == nil || file.CoveredLines == 0 {
			t.Errorf("%s: no test reaches this rule", name)
			continue
		}
		for _, lines := range file.NotCovered {
			t.Errorf("%s:%d: no test reaches the lines to %d", name, lines.Start.Row, lines.End.Row)
		}
	}
}

func TestRegoIsFormatted(t *testing.T) {
	for _, pattern := range []string{"rules/*.rego", "rules/*/*.rego"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			formatted, err := format.SourceWithOpts(name, text, format.Opts{RegoVersion: ast.RegoV1})
			if err != nil {
				t.Error(err)
			} else if !bytes.Equal(text, formatted) {
				t.Errorf("%s: run opa fmt; it would be\n%s", name, formatted)
			}
		}
	}
}

// TestCleanFactsAreAllFacts keeps the facts that the Rego tests start from in step
// with the tables: a comparison with a fact that is missing there is never true.
func TestCleanFactsAreAllFacts(t *testing.T) {
	results, err := rego.New(rego.Query("data.sluice.clean"), rego.Load([]string{"rules"}, nil)).Eval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[*Class]bool{}
	for name, facts := range results[0].Expressions[0].Value.(map[string]any) {
		clean := facts.(map[string]any)
		subject, _ := clean["subject"].(string)
		class := classOf(Subject(subject))
		if class == nil {
			continue // a part of others
		}
		seen[class] = true
		for _, definition := range class.Definitions() {
			value, ok := clean[definition.Name]
			if !ok {
				t.Errorf("%s: the fact %s is missing", name, definition.Name)
			} else if kind := kindOf(value); kind != definition.Kind {
				t.Errorf("%s: the fact %s is a %s, not a %s", name, definition.Name, kind, definition.Kind)
			}
			delete(clean, definition.Name)
		}
		for fact := range clean {
			t.Errorf("%s: there is no fact called %s", name, fact)
		}
	}
	for i := range classes {
		if class := &classes[i]; !seen[class] {
			t.Errorf("there are no facts of %s", class.Subjects)
		}
	}
}

func kindOf(value any) Kind {
	switch value.(type) {
	case bool:
		return Boolean
	case int, json.Number:
		return Number
	case string:
		return Text
	default:
		return ""
	}
}
