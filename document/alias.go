package document

import (
	"slices"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// expansion bounds what aliases expand to by the same formula as kubectl's reader: up
// to 400,000 values, in small documents 99 of 100.
var expansion = loaderlimits.New()

// alias copies the tree of the anchor that y refers to.
func (r *yamlReader) alias(y *yaml.Node, parent *Node, start, depth int) (*Node, error) {
	target := r.anchors[y.Alias]
	if target == nil {
		return nil, r.fail(start, "the value of the anchor &"+y.Value+" contains itself")
	}
	n, err := r.share(target, parent, start, depth)
	if err != nil {
		return nil, err
	}
	n.Source.Key = -1
	n.Source.after = start + len("*") + len(y.Value)
	return n, nil
}

// share copies a tree whose bytes belong to an anchor. The positions stay those of
// the anchor; start is where the reference is, for errors.
func (r *yamlReader) share(n, parent *Node, start, depth int) (*Node, error) {
	if err := r.count(start, depth); err != nil {
		return nil, err
	}
	r.aliased++
	if expansion.CheckAlias(r.aliased, r.nodes) != nil {
		return nil, r.fail(start, errAliases)
	}
	shared := r.slab.node()
	*shared = *n
	shared.parent = parent
	shared.Source.Shared = true
	shared.Children = r.slab.list(len(n.Children))
	for _, child := range n.Children {
		copied, err := r.share(child, shared, start, depth+1)
		if err != nil {
			return nil, err
		}
		shared.Children = append(shared.Children, copied)
	}
	return shared, nil
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && (key.Style == 0 || key.Tag == "!!merge")
}

// merge adds the entries of the mapping or mappings under a merge key. As in kubectl's
// reader they override what stands above them, and of several mappings the first wins.
// It returns where the value of the merge key ends.
func (r *yamlReader) merge(n *Node, keys *keySet, y *yaml.Node, depth int) (after int, err error) {
	value, err := r.value(y, nil, depth+1)
	if err != nil {
		return 0, err
	}
	r.doubt(value.Source.Start)
	after = value.Source.after
	sources := []*Node{value}
	if value.Kind == Sequence && y.Kind == yaml.SequenceNode {
		sources = value.Children
	}
	for _, source := range slices.Backward(sources) {
		if source.Kind != Mapping {
			return 0, r.fail(value.Source.Start, "a merge key (<<) needs a mapping or a list of mappings")
		}
		for _, entry := range source.Children {
			child, err := r.share(entry, n, value.Source.Start, depth+1)
			if err != nil {
				return 0, err
			}
			child.Source.after, child.Source.merged = after, true
			keys.remove(child.Key)
			keys.add(child)
		}
	}
	return after, nil
}
