// Package policies judges workloads: Rego rules over facts that Go takes from the
// manifest. The rules are in rules/, by group, each with its tests beside it; they
// are plain Rego, for which `opa test policies/rules` works too.
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
	// Node is where the fact is written, or its nearest ancestor that is there.
	Node *document.Node
	// Path is the place of the fact below the object's root, whether it is there or
	// missing.
	Path string
}

// Engine evaluates rules. It is safe for concurrent use.
type Engine struct {
	queries map[workload.Role]func() (*query, error)
}

// New returns an engine with the rules that are part of the program. They are read
// and compiled when they are first needed, for one role at a time.
func New() *Engine { return newEngine(builtIn) }

func newEngine(read func() (*book, error)) *Engine {
	engine := &Engine{queries: make(map[workload.Role]func() (*query, error))}
	for _, role := range []workload.Role{workload.Broker, workload.Controller, workload.ZooKeeper} {
		engine.queries[role] = sync.OnceValues(func() (*query, error) {
			rules, err := read()
			if err != nil {
				return nil, err
			}
			return prepare(role, rules)
		})
	}
	return engine
}

// Judge applies to each process of a workload the rules of its role. The findings
// are sorted by rule, path and message; what several processes of a pod share is
// found once. An error says for which processes there is no judgement; the findings
// of the others are returned with it.
func (e *Engine) Judge(ctx context.Context, w *workload.Workload, around surroundings.Surroundings) ([]Finding, error) {
	scene := observe(ctx, w, around)
	var findings []Finding
	var failed []error
	for _, process := range w.Processes {
		scene.process = process
		found, err := e.judge(ctx, &scene)
		if err != nil {
			failed = append(failed, fmt.Errorf("the rules for container %s were not applied: %w", process.Name(), err))
			continue
		}
		findings = append(findings, found...)
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings), errors.Join(failed...)
}

func (e *Engine) judge(ctx context.Context, s *scene) ([]Finding, error) {
	prepared, ok := e.queries[s.process.Role]
	if !ok {
		return nil, fmt.Errorf("there are no rules for the role %q", s.process.Role)
	}
	query, err := prepared()
	if err != nil {
		return nil, err
	}
	return query.evaluate(ctx, s)
}
