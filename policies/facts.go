package policies

import (
	"context"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Definition says what a fact is. Every fact of a subject is always there for a rule,
// as input.NAME: what is absent is "", false or 0.
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

// Fact is one fact of one subject.
type Fact struct {
	Name string
	// Value is a bool, an int or a string.
	Value any
	// Place is where the fact is written, or its nearest ancestor that is there.
	Place workload.Place
	// Path is the place of the fact below the root of In, whether it is there or missing.
	Path string
	// In is the object in which the fact is written. Its Document is nil for the one that
	// was looked at, and for those of a cluster.
	In surroundings.Object
}

// Sheet is all that rules can know of one subject.
type Sheet struct {
	Subject Subject
	// Object is what the subject is, or is a part of.
	Object verdict.Object
	// Facts are all facts of the subject's class, in the order of its Definitions.
	Facts []Fact
}

// Facts returns what rules can know of a workload: of its processes, and of what
// belongs to them.
func Facts(ctx context.Context, w *workload.Workload, around surroundings.Surroundings) []Sheet {
	return sheets(observe(ctx, w, around))
}

// ObjectFacts returns what rules can know of an object that runs no process. namespace
// is where it will be when its metadata does not say. There is nothing for a kind that is
// not judged.
func ObjectFacts(ctx context.Context, root *document.Node, namespace string, around surroundings.Surroundings) []Sheet {
	all, _ := subjectsOf(ctx, root, namespace, around)
	return sheets(all)
}

func sheets(subjects []subject) []Sheet {
	all := make([]Sheet, len(subjects))
	for i, s := range subjects {
		table, in := classOf(s.named()).table, s.within()
		sheet := Sheet{s.named(), in.name, make([]Fact, len(table))}
		for j, row := range table {
			at := row.place(s)
			sheet.Facts[j] = Fact{row.Name, row.value(s), at.place(), at.path(in.Root), at.object(in).Object}
		}
		all[i] = sheet
	}
	return all
}

// row is one row of a fact table. The place is only asked for once a rule speaks of the
// fact.
type row struct {
	Definition
	value func(subject) any
	place func(subject) place
}

// of is a row of the table of one class, whose subjects are of type S.
type of[S subject] struct {
	Definition
	value func(S) any
	place func(S) place
}

// rowsOf makes the rows of a class alike to those of all others.
func rowsOf[S subject](table []of[S]) []row {
	rows := make([]row, len(table))
	for i, r := range table {
		rows[i] = row{
			r.Definition,
			func(s subject) any { return r.value(s.(S)) },
			func(s subject) place { return r.place(s.(S)) },
		}
	}
	return rows
}

// place is a node and the keys that are missing below it.
type place struct {
	node    *document.Node
	missing []string
	// written is where the value of a property is written, when that is no node alone.
	written workload.Place
	// in is the object that the node belongs to, when that is not the subject's own.
	in *home
}

// place returns where it is written, or what is nearest to it.
func (p place) place() workload.Place {
	if p.written.Node != nil {
		return p.written
	}
	return workload.At(p.node)
}

// object returns the object that the place is in, given that of the subject.
func (p place) object(own home) home {
	if p.in != nil {
		return *p.in
	}
	return own
}

// nearest follows keys from a node as far as they lead.
func nearest(node *document.Node, keys ...string) place {
	for i, key := range keys {
		next := node.Get(key)
		if next == nil {
			return place{node: node, missing: keys[i:]}
		}
		node = next
	}
	return place{node: node}
}

// path writes the place below the root of its object, given that of the subject.
func (p place) path(root *document.Node) string {
	if p.in != nil {
		root = p.in.Root
	}
	return p.node.PathBelow(root, p.missing...)
}

// named writes the place as path does, with the items of sequences by their names.
func (p place) named(root *document.Node) string {
	if p.in != nil {
		root = p.in.Root
	}
	return p.node.NamedPathBelow(root, p.missing...)
}
