package policies

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// evaluationLimit bounds one evaluation, which takes some microseconds: it is there
// for rules that loop. It is long because it is measured by the clock on the wall, and
// busy machines have been seen to stand still for a second.
const evaluationLimit = 10 * time.Second

// query is the rules of one role, compiled into one package: OPA's index then picks
// those that may fire in one step.
type query struct {
	severities map[string]verdict.Severity
	facts      []input
	limit      time.Duration

	body        ast.Body
	compiler    *ast.Compiler
	compiled    ast.QueryCompiler
	store       storage.Store
	transaction storage.Transaction // never closed, as nothing is ever written
}

// input is a fact that some rule of a query refers to.
type input struct {
	*row
	key *ast.Term
	// terms are those of the row's Values, so that they are made only once.
	terms map[string]*ast.Term
}

// findingVariable is bound to one finding after the other.
const findingVariable = ast.Var("finding")

func prepare(role workload.Role, rules *book) (*query, error) {
	q := &query{severities: make(map[string]verdict.Severity), limit: evaluationLimit}
	home := ast.Ref{ast.DefaultRootDocument, ast.StringTerm("sluice"), ast.StringTerm(string(role))}
	modules := make(map[string]*ast.Module)
	for i, rule := range rules.rules {
		if !slices.Contains(rule.Subjects, role) {
			continue
		}
		module := rules.modules[i].Copy()
		module.Package.Path = home
		modules[rule.ID] = module
		q.severities[rule.ID] = rule.Severity
		if err := q.need(factsOf(module)); err != nil {
			return nil, fmt.Errorf("rule %s: %w", rule.ID, err)
		}
	}
	q.compiler = ast.NewCompiler()
	if q.compiler.Compile(modules); q.compiler.Failed() {
		return nil, q.compiler.Errors
	}
	findings := ast.NewTerm(home.Append(ast.StringTerm("findings")).Append(ast.NewTerm(findingVariable)))
	q.compiled = q.compiler.QueryCompiler()
	body, err := q.compiled.Compile(ast.NewBody(ast.NewExpr(findings)))
	if err != nil {
		return nil, err
	}
	q.body = body
	q.store = inmem.New()
	q.transaction, err = q.store.NewTransaction(context.Background())
	return q, err
}

// need adds facts to those that the query is given.
func (q *query) need(names []string) error {
	for _, name := range names {
		if slices.ContainsFunc(q.facts, func(known input) bool { return known.Name == name }) {
			continue
		}
		row, ok := rowOf(name)
		if !ok {
			return fmt.Errorf("there is no fact called %q", name)
		}
		fact := input{row: row, key: ast.StringTerm(name), terms: make(map[string]*ast.Term)}
		for _, value := range row.Values {
			fact.terms[value] = ast.StringTerm(value)
		}
		q.facts = append(q.facts, fact)
	}
	return nil
}

// factsOf lists the facts that a rule refers to as input.NAME.
func factsOf(module *ast.Module) []string {
	var names []string
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		if len(ref) > 1 && ref[0].Equal(ast.InputRootDocument) {
			if name, ok := ref[1].Value.(ast.String); ok {
				names = append(names, string(name))
			}
		}
		return false
	})
	return names
}

func (f *input) term(s *scene) *ast.Term {
	switch value := f.value(s).(type) {
	case bool:
		return ast.InternedTerm(value)
	case int:
		return ast.InternedTerm(value)
	case string:
		if term, ok := f.terms[value]; ok {
			return term
		}
		return ast.StringTerm(value)
	default:
		panic(fmt.Sprintf("the fact %s is a %T", f.Name, value))
	}
}

func (q *query) evaluate(ctx context.Context, s *scene) ([]Finding, error) {
	facts := make([][2]*ast.Term, len(q.facts))
	for i := range q.facts {
		facts[i] = [2]*ast.Term{q.facts[i].key, q.facts[i].term(s)}
	}
	cancel := topdown.NewCancel()
	timer := time.AfterFunc(q.limit, cancel.Cancel)
	defer timer.Stop()
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, cancel.Cancel)()
	}
	var findings []Finding
	err := topdown.NewQuery(q.body).
		WithQueryCompiler(q.compiled).
		WithCompiler(q.compiler).
		WithStore(q.store).
		WithTransaction(q.transaction).
		WithInput(ast.ObjectTerm(facts...)).
		WithMetrics(metrics.NoOp()).
		WithCancel(cancel).
		Iter(ctx, func(result topdown.QueryResult) error {
			finding, err := q.finding(s, result[findingVariable])
			findings = append(findings, finding)
			return err
		})
	if topdown.IsCancel(err) {
		return nil, cmp.Or(context.Cause(ctx), fmt.Errorf("the rules ran for more than %v", q.limit))
	}
	return findings, err
}

// finding adds to what a rule says what Go knows: the severity of the rule, and the
// place of the fact.
func (q *query) finding(s *scene, said *ast.Term) (Finding, error) {
	object, ok := said.Value.(ast.Object)
	if !ok {
		return Finding{}, fmt.Errorf("a finding is an object, not %v", said)
	}
	var finding Finding
	var fact string
	object.Foreach(func(key, value *ast.Term) {
		text, _ := value.Value.(ast.String)
		switch key.Value {
		case ast.String("rule"):
			finding.Rule = string(text)
		case ast.String("fact"):
			fact = string(text)
		case ast.String("message"):
			finding.Message = string(text)
		case ast.String("severity"):
			finding.Severity = verdict.Severity(text)
		}
	})
	row, ok := rowOf(fact)
	if !ok {
		return Finding{}, fmt.Errorf("%v speaks of a fact that does not exist", said)
	}
	if finding.Severity == "" {
		finding.Severity = q.severities[finding.Rule]
	}
	at := row.place(s)
	finding.Node, finding.Path = at.node, at.path(s.Root)
	return finding, nil
}
