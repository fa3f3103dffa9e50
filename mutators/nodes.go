package mutators

import "github.com/sluice-dev/sluice/document"

// mapping makes a node of keys and their values, which are texts or nodes.
func mapping(pairs ...any) *document.Node {
	children := make([]*document.Node, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		value, ok := pairs[i+1].(*document.Node)
		if !ok {
			value = document.NewString(pairs[i+1].(string))
		}
		children = append(children, value.WithKey(pairs[i].(string)))
	}
	return document.NewMapping(children...)
}

// texts makes a sequence of strings.
func texts(values ...string) *document.Node {
	nodes := make([]*document.Node, len(values))
	for i, value := range values {
		nodes[i] = document.NewString(value)
	}
	return document.NewSequence(nodes...)
}

// named returns the item of a sequence that has a name, or nil.
func named(sequence *document.Node, name string) *document.Node {
	for _, item := range sequence.Items() {
		if item.Get("name").Text() == name {
			return item
		}
	}
	return nil
}
