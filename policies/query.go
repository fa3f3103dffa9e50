package policies

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/sluice-dev/sluice/verdict"
)

// evaluationLimit bounds one evaluation, which takes some microseconds: it is there
// for rules that loop. It is long because it is measured by the clock on the wall, and
// busy machines have been seen to stand still for a second.
const evaluationLimit = 10 * time.Second

// query is the rules for one subject, compiled into one package: OPA's index then picks
// those that may fire in one step.
type query struct {
	class *Class
	rules map[string]Rule
	facts []input
	// guards tell when the rules need not be evaluated.
	guards []guard
	limit  time.Duration
	// compile prepares the evaluation, once.
	compile func() (*program, error)
}

// program is what evaluates a query.
type program struct {
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

func newQuery(subject Subject, rules *book) (*query, error) {
	q := &query{class: classOf(subject), rules: make(map[string]Rule), limit: evaluationLimit}
	home := ast.Ref{ast.DefaultRootDocument, ast.StringTerm("sluice"), ast.StringTerm(string(subject))}
	modules := make(map[string]*ast.Module)
	for i, rule := range rules.rules {
		if !slices.Contains(rule.Subjects, subject) {
			continue
		}
		module := rules.modules[i]
		modules[rule.ID] = module
		q.rules[rule.ID] = rule
		if err := q.need(factsOf(module)); err != nil {
			return nil, fmt.Errorf("rule %s: %w", rule.ID, err)
		}
		q.guard(module)
	}
	q.compile = sync.OnceValues(func() (*program, error) {
		for id, module := range modules {
			module = module.Copy()
			module.Package.Path = home
			modules[id] = module
		}
		return compile(home, modules)
	})
	return q, nil
}

func compile(home ast.Ref, modules map[string]*ast.Module) (*program, error) {
	p := &program{compiler: ast.NewCompiler()}
	if p.compiler.Compile(modules); p.compiler.Failed() {
		return nil, p.compiler.Errors
	}
	findings := ast.NewTerm(home.Append(ast.StringTerm("findings")).Append(ast.NewTerm(findingVariable)))
	p.compiled = p.compiler.QueryCompiler()
	body, err := p.compiled.Compile(ast.NewBody(ast.NewExpr(findings)))
	if err != nil {
		return nil, err
	}
	p.body = body
	p.store = inmem.New()
	p.transaction, err = p.store.NewTransaction(context.Background())
	return p, err
}

// need adds facts to those that the query is given.
func (q *query) need(names []string) error {
	for _, name := range names {
		if q.index(name) >= 0 {
			continue
		}
		row, ok := q.class.row(name)
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

// index returns the place of a fact among those that the query is given, or -1.
func (q *query) index(name string) int {
	return slices.IndexFunc(q.facts, func(known input) bool { return known.Name == name })
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

func (f *input) term(value any) *ast.Term {
	switch value := value.(type) {
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

// observed are the facts of one subject that a query refers to, each taken once, when
// it is first asked for.
type observed struct {
	query   *query
	subject subject
	values  []any
}

func (o *observed) value(i int) any {
	if o.values[i] == nil {
		o.values[i] = o.query.facts[i].value(o.subject)
	}
	return o.values[i]
}

// object returns all of them as rules see them.
func (o *observed) object() *ast.Term {
	facts := make([][2]*ast.Term, len(o.values))
	for i := range o.values {
		fact := &o.query.facts[i]
		facts[i] = [2]*ast.Term{fact.key, fact.term(o.value(i))}
	}
	return ast.ObjectTerm(facts...)
}

func (q *query) evaluate(ctx context.Context, s subject) ([]Finding, error) {
	facts := &observed{q, s, make([]any, len(q.facts))}
	if !slices.ContainsFunc(q.guards, func(g guard) bool { return g.lets(facts) }) {
		return nil, nil
	}
	program, err := q.compile()
	if err != nil {
		return nil, err
	}
	cancel := topdown.NewCancel()
	timer := time.AfterFunc(q.limit, cancel.Cancel)
	defer timer.Stop()
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, cancel.Cancel)()
	}
	var findings []Finding
	err = topdown.NewQuery(program.body).
		WithQueryCompiler(program.compiled).
		WithCompiler(program.compiler).
		WithStore(program.store).
		WithTransaction(program.transaction).
		WithInput(facts.object()).
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
func (q *query) finding(s subject, said *ast.Term) (Finding, error) {
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
	row, ok := q.class.row(fact)
	if !ok {
		return Finding{}, fmt.Errorf("%v speaks of a fact that does not exist", said)
	}
	rule := q.rules[finding.Rule]
	finding.Severity, finding.Recent = cmp.Or(finding.Severity, rule.Severity), rule.Recent()
	finding.Unwaivable = rule.Unwaivable
	at, own := row.place(s), s.within()
	in := at.object(own)
	finding.Object, finding.In = in.name, in.Object
	finding.Container = containerOf(s, at.node)
	finding.Place, finding.Path, finding.Named = at.place(), at.path(own.Root), at.named(own.Root)
	return finding, nil
}
