package policies

import (
	"context"
	"slices"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// Definition says what a fact is. Every fact is always there for a rule, as
// input.NAME: what is absent is "", false or 0.
type Definition struct {
	Name string
	// Kind is the type of the value.
	Kind Kind
	// Values are all values of a string that has few; nil for any text.
	Values []string
	// Meaning is for the authors of rules.
	Meaning string
}

// Kind is the type of a fact's value.
type Kind string

// The kinds. All are scalars, so that OPA can index them.
const (
	Boolean Kind = "boolean"
	Number  Kind = "number"
	Text    Kind = "string"
)

// Fact is one fact of one process.
type Fact struct {
	Name string
	// Value is a bool, an int or a string.
	Value any
	// Node is where the fact is written, or its nearest ancestor that is there.
	Node *document.Node
	// Path is the place of the fact below the object's root, whether it is there or
	// missing.
	Path string
}

// Definitions returns the definitions of all facts, in the order in which they are
// best read.
func Definitions() []Definition {
	definitions := make([]Definition, len(table))
	for i := range table {
		definitions[i] = table[i].Definition
	}
	return definitions
}

// Facts returns all facts of one process of a workload, in the order of Definitions.
func Facts(ctx context.Context, w *workload.Workload, p *workload.Process, around surroundings.Surroundings) []Fact {
	s := observe(ctx, w, around)
	s.process = p
	facts := make([]Fact, len(table))
	for i, row := range table {
		at := row.place(&s)
		facts[i] = Fact{Name: row.Name, Value: row.value(&s), Node: at.node, Path: at.path(w.Root)}
	}
	return facts
}

// row is one row of the fact table. The place is only asked for once a rule speaks
// of the fact.
type row struct {
	Definition
	value func(*scene) any
	place func(*scene) place
}

func rowOf(name string) (*row, bool) {
	i := slices.IndexFunc(table, func(r row) bool { return r.Name == name })
	if i < 0 {
		return nil, false
	}
	return &table[i], true
}

// scene is what the facts are taken from.
type scene struct {
	*workload.Workload
	process    *workload.Process
	membership workload.Membership
	delivery   surroundings.Delivery
	config     workload.ProxyConfig
	configErr  error
}

func observe(ctx context.Context, w *workload.Workload, around surroundings.Surroundings) scene {
	s := scene{Workload: w, membership: workload.InMesh(ctx, w, around), delivery: around.Delivery(ctx)}
	s.config, s.configErr = workload.ReadProxyConfig(w.Pod)
	return s
}

// place is a node and the keys that are missing below it.
type place struct {
	node    *document.Node
	missing []string
}

// nearest follows keys from a node as far as they lead.
func nearest(node *document.Node, keys ...string) place {
	for i, key := range keys {
		next := node.Get(key)
		if next == nil {
			return place{node, keys[i:]}
		}
		node = next
	}
	return place{node: node}
}

func (p place) path(root *document.Node) string { return p.node.PathBelow(root, p.missing...) }
