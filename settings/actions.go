package settings

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sluice-dev/sluice/verdict"
)

// RulePattern is the form of the name of a rule or a group of rules.
const RulePattern = `^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$`

// Actions decide what becomes of findings, for all namespaces and for single ones.
type Actions struct {
	RuleActions
	// Namespaces are actions for single namespaces, by their names. They go before those
	// for all.
	Namespaces map[string]RuleActions `json:"namespaces,omitempty"`
}

// RuleActions decide what becomes of findings by their rules.
type RuleActions struct {
	// Default is the action of all rules that nothing else names: deny refuses what a
	// person submits, warn tells them, audit records, and off drops.
	Default verdict.Action `json:"default,omitempty"`
	// Rules are actions of single rules, as mesh/host-port, and of groups, as mesh.
	Rules map[string]verdict.Action `json:"rules,omitempty"`
}

// Of returns the action of a rule in a namespace, and which key of the settings says so.
// What is nearest counts: the rule, its group, then all rules; of each, and as a whole,
// the namespace goes before all namespaces. A recent rule is one that its users do not
// know yet: only what names it makes it stricter than audit.
func (a *Actions) Of(rule, namespace string, recent bool) (action verdict.Action, key string) {
	group, _, _ := strings.Cut(rule, "/")
	places := []struct {
		in  RuleActions
		key string
	}{{a.Namespaces[namespace], "actions.namespaces." + namespace}, {a.RuleActions, "actions"}}
	for _, place := range places {
		for _, name := range []string{rule, group} {
			if action, ok := place.in.Rules[name]; ok {
				return limit(action, recent && name != rule), place.key + ".rules." + name
			}
		}
		if place.in.Default != "" {
			return limit(place.in.Default, recent), place.key + ".default"
		}
	}
	return limit(verdict.ActionWarn, recent), ""
}

func limit(action verdict.Action, recent bool) verdict.Action {
	if recent {
		return action.AtMost(verdict.ActionAudit)
	}
	return action
}

// actions reads what becomes of findings.
func (r *reader) actions(n *yaml.Node, into *Actions) {
	own := r.ruleActions("actions", &into.RuleActions)
	r.mapping(n, "actions", append(own, field{"namespaces", func(n *yaml.Node) {
		into.Namespaces = map[string]RuleActions{}
		r.open(n, "namespaces", func(key, value *yaml.Node) {
			var inside RuleActions
			what := "actions.namespaces." + key.Value
			r.mapping(value, what, r.ruleActions(what, &inside)...)
			into.Namespaces[key.Value] = inside
		})
	}})...)
}

func (r *reader) ruleActions(what string, into *RuleActions) []field {
	return []field{{"default", func(n *yaml.Node) {
		choose(r, n, &into.Default, verdict.Actions())
	}}, {"rules", func(n *yaml.Node) {
		into.Rules = map[string]verdict.Action{}
		r.open(n, what+".rules", func(key, value *yaml.Node) {
			if !r.knows(key.Value) {
				r.fail(key.Line, key.Column, "there is neither a rule nor a group of rules called %q: sluice explain lists all", key.Value)
				return
			}
			var action verdict.Action
			choose(r, value, &action, verdict.Actions())
			into.Rules[key.Value] = action
		})
	}}}
}
