package document

// group is a run of children that have to be put behind one that stays in its place,
// or, if there is none, in front of the first.
type group struct {
	behind  *Node
	members []*Node
}

// arrange tells the children that stay in their places from those that are new or were
// moved. Of a sequence the item that comes first in the file always stays. The order of
// a mapping's keys means nothing: new ones come last.
func arrange(n *Node) (staying []*Node, groups []group) {
	var last *Node
	var members []*Node
	flush := func() {
		if len(members) > 0 {
			groups = append(groups, group{last, members})
		}
		members = nil
	}
	first := firstWritten(n)
	for i, child := range n.Children {
		if n.Kind == Mapping && child.Source.Written && (last == nil || child.Source.after > last.Source.after) {
			last = child
		}
		switch {
		case isNew(child), n.Kind == Sequence && (i < first || last != nil && child.Source.after < last.Source.after):
			members = append(members, child)
			continue
		case n.Kind == Sequence:
			flush()
			last = child
		}
		staying = append(staying, child)
	}
	flush()
	return staying, groups
}

// isNew reports whether a child has to be written as a new entry: it is nowhere yet, or
// it comes from a merge key and was changed here. An explicit key at the end of the
// mapping overrides what is merged.
func isNew(child *Node) bool {
	return !child.Source.Written || child.Source.merged && isChanged(child)
}

// overrides refuses a changed entry of a merge key whose key may be no string where it
// is merged from. In quotes it is another key to YAML: both would stand in the mapping,
// and only later become the same one in JSON, where either may win.
func (s *splicer) overrides(child *Node) error {
	if child.Source.merged && isNew(child) && quote(child.Key) != child.Key {
		return s.fail(child, "the key comes from a merge key (<<), and may be no string there: write it out here, or change it by hand")
	}
	return nil
}

// firstWritten returns the index of the child that comes first in the file.
func firstWritten(n *Node) int {
	first := -1
	for i, child := range n.Children {
		if child.Source.Written && (first < 0 || child.Source.after < n.Children[first].Source.after) {
			first = i
		}
	}
	return first
}
