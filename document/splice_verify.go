package document

// verify reads the result again and compares it with the tree.
func (s *splicer) verify(spliced []byte) error {
	var root *Node
	var err error
	if s.doc.json {
		root, err = ParseJSON(spliced)
	} else {
		root, err = readYAMLValue(NewFile("", spliced), 0, len(spliced))
	}
	if err != nil || root == nil {
		return s.fail(s.doc.Root, errReread)
	}
	if Equal(s.doc.Root, root) {
		return nil
	}
	wanted, got := difference(s.doc.Root, root)
	switch {
	case s.shared != nil:
		return s.fail(s.shared, errShared)
	case wanted.Source.Shared || got != nil && got.Source.Shared:
		return s.fail(wanted, errShared)
	default:
		return s.fail(wanted, errReread)
	}
}

// difference returns the place where two trees begin to differ: the node of the first,
// and its counterpart in the second, if there is one.
func difference(wanted, got *Node) (a, b *Node) {
	if wanted.Kind != got.Kind || len(wanted.Children) != len(got.Children) {
		return wanted, got
	}
	others := keySet{mapping: got}
	for i, child := range wanted.Children {
		other := got.Children[i]
		if wanted.Kind == Mapping {
			other = others.find(child.Key)
		}
		if other == nil {
			return child, nil
		}
		if !Equal(child, other) {
			return difference(child, other)
		}
	}
	return wanted, got
}
