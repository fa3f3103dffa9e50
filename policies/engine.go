// Package policies judges workloads and what surrounds them: Rego rules over facts that
// Go takes from the manifests. The rules are in rules/, by group, each with its tests
// beside it; they are plain Rego, for which `opa test policies/rules` works too.
package policies

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Finding is what a rule says of one fact.
type Finding struct {
	// Rule is the rule's ID.
	Rule     string
	Severity verdict.Severity
	Message  string
	// Container is the one that the finding is about; empty when it is about none, or about
	// several.
	Container string
	// Unwaivable says why the rule cannot be waived; empty when it can.
	Unwaivable string
	// Recent says that the rule is new in this minor version.
	Recent bool
	// Object is the object in which the fact is written or missing: the one that was
	// judged, or one around it, such as the Service of a workload.
	Object verdict.Object
	// In is that object itself. Its Document is nil for the one that was judged, and for
	// those of a cluster.
	In surroundings.Object
	// Place is where the fact is written, or its nearest ancestor that is there.
	Place workload.Place
	// Path is the place of the fact below the object's root, whether it is there or
	// missing.
	Path string
	// Named is Path with the items of sequences by their names, where they have one.
	Named string
}

// Engine evaluates rules. It is safe for concurrent use.
type Engine struct {
	queries map[Subject]func() (*query, error)
}

// New returns an engine with the rules that are part of the program. They are read
// when they are first needed, and compiled once one of them may find something, those
// for one subject at a time.
func New() *Engine { return newEngine(builtIn) }

func newEngine(read func() (*book, error)) *Engine {
	engine := &Engine{queries: make(map[Subject]func() (*query, error))}
	for _, subject := range Subjects() {
		engine.queries[subject] = sync.OnceValues(func() (*query, error) {
			rules, err := read()
			if err != nil {
				return nil, err
			}
			return newQuery(subject, rules)
		})
	}
	return engine
}

// Judge applies the rules to each process of a workload, and to what belongs to them:
// parts of the pod, and objects around it, such as its Services. The findings are
// sorted by rule, object, path and message; what several processes of a pod share is
// found once. An error says for what there is no judgement; the findings of all else are
// returned with it.
func (e *Engine) Judge(ctx context.Context, w *workload.Workload, around surroundings.Surroundings) ([]Finding, error) {
	return e.judgeAll(ctx, observe(ctx, w, around))
}

// JudgeObject applies the rules to an object that runs no process, as Judge does.
// namespace is where the object will be when its metadata does not say. ok is false for
// an object of which there is nothing to judge.
func (e *Engine) JudgeObject(ctx context.Context, root *document.Node, namespace string, around surroundings.Surroundings) (findings []Finding, ok bool, err error) {
	subjects, ok := subjectsOf(ctx, root, namespace, around)
	if !ok {
		return nil, false, nil
	}
	findings, err = e.judgeAll(ctx, subjects)
	return findings, true, err
}

func (e *Engine) judgeAll(ctx context.Context, subjects []subject) ([]Finding, error) {
	var findings []Finding
	var failed []error
	for _, s := range subjects {
		found, err := e.judge(ctx, s)
		if err != nil {
			failed = append(failed, fmt.Errorf("the rules for %s were not applied: %w", s.called(), err))
			continue
		}
		findings = append(findings, found...)
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), compareObjects(a.Object, b.Object),
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return merged(findings), errors.Join(failed...)
}

// merged leaves out what was found already, for another process of the pod. What several
// containers share is about none of them: a waiver for one does not hide it.
func merged(sorted []Finding) []Finding {
	all := sorted[:0]
	for _, finding := range sorted {
		if last := len(all) - 1; last >= 0 {
			same := finding
			same.Container = all[last].Container
			if same == all[last] {
				if finding.Container != same.Container {
					all[last].Container = ""
				}
				continue
			}
		}
		all = append(all, finding)
	}
	return all
}

func compareObjects(a, b verdict.Object) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

func (e *Engine) judge(ctx context.Context, s subject) ([]Finding, error) {
	prepared, ok := e.queries[s.named()]
	if !ok {
		return nil, fmt.Errorf("there are no rules for the role %q", s.named())
	}
	query, err := prepared()
	if err != nil {
		return nil, err
	}
	return query.evaluate(ctx, s)
}
