package document

import (
	"slices"
	"strings"
)

// lines writes the entries of a mapping or sequence in block style at column.
func (s *splicer) lines(n *Node, column int) []string {
	var lines []string
	for _, child := range n.Children {
		lines = append(lines, s.entry(n, child, column)...)
	}
	return lines
}

// entry writes an entry of a mapping or sequence in block style. An element of the
// result holds more than one line when it ends with a block scalar.
func (s *splicer) entry(container, n *Node, column int) []string {
	if container.Kind == Sequence {
		return s.item(container, n, column)
	}
	key := spaces(column) + quote(n.Key) + ":"
	switch {
	case len(n.Children) == 0:
		return []string{key + " " + s.scalar(n, column, column+s.step(container))}
	case n.Kind == Mapping:
		return append([]string{key}, s.lines(n, column+s.step(container))...)
	default:
		return append([]string{key}, s.lines(n, column+s.sequenceStep(container))...)
	}
}

func (s *splicer) item(sequence, n *Node, column int) []string {
	width := s.itemWidth(sequence)
	dash := spaces(column) + "-" + spaces(width-1)
	if len(n.Children) == 0 {
		return []string{dash + s.itemScalar(sequence, n, column, column+width)}
	}
	lines := s.lines(n, column+width)
	lines[0] = dash + strings.TrimLeft(lines[0], " ")
	return lines
}

// itemScalar writes a scalar in the quotes that the other items have.
func (s *splicer) itemScalar(sequence, n *Node, parent, column int) string {
	if n.Kind == String && sequence.Source.Written {
		for _, sibling := range slices.Backward(sequence.Children) {
			if !s.isOriginal(sibling) || sibling.Kind != String || sibling.Source.Start == sibling.Source.End {
				continue
			}
			switch c := s.data[sibling.Source.Start]; {
			case c == '"' && !strings.Contains(n.Value, "\n"):
				return quoteDouble(n.Value)
			case c == '\'' && isPrintable(n.Value):
				return quoteSingle(n.Value)
			}
			break
		}
	}
	return s.scalar(n, parent, column)
}

// isOriginal reports whether the bytes of a node tell how the file is written.
func (s *splicer) isOriginal(n *Node) bool {
	return n.Source.Written && !n.Source.Replaced && !n.Source.Shared
}

// childColumn returns where the entries of a mapping or sequence begin that n, the
// value of a key, becomes.
func (s *splicer) childColumn(n *Node) int {
	column := s.column(n.parent.Source.Start)
	if n.Kind == Sequence {
		return column + s.sequenceStep(n.parent)
	}
	return column + s.step(n.parent)
}

// The usual indentation of a mapping below a key, of a sequence below a key, and of a
// mapping behind a dash, for files that show none.
const (
	defaultStep         = 2
	defaultSequenceStep = 2
	defaultItemWidth    = 2
)

// step returns by how much a mapping below a key of n is indented, going by what is
// nearest to n.
func (s *splicer) step(n *Node) int {
	return s.nearest(n, Mapping, Mapping, 1, defaultStep)
}

// sequenceStep returns by how much a sequence below a key of n is indented, often 0.
func (s *splicer) sequenceStep(n *Node) int {
	return s.nearest(n, Mapping, Sequence, 0, defaultSequenceStep)
}

// itemWidth returns how far the entries of a mapping stand behind their dash.
func (s *splicer) itemWidth(n *Node) int {
	return s.nearest(n, Sequence, Mapping, 2, defaultItemWidth)
}

// stepKinds are the kinds of a container and of one below it.
type stepKinds struct{ parent, child Kind }

// nearest looks for a container of the kind parent that holds one of the kind child,
// both in block style, and returns the distance of their columns when it is at least
// least. It looks around n first, then anywhere in the document.
func (s *splicer) nearest(n *Node, parent, child Kind, least, otherwise int) int {
	for around := n; around != nil; around = around.parent {
		if distance, ok := s.distance(around, parent, child, least); ok {
			return distance
		}
	}
	kinds := stepKinds{parent, child}
	distance, known := s.steps[kinds]
	if !known {
		var ok bool
		if distance, ok = s.search(s.doc.Root, parent, child, least); !ok {
			distance = otherwise
		}
		if s.steps == nil {
			s.steps = map[stepKinds]int{}
		}
		s.steps[kinds] = distance
	}
	return distance
}

func (s *splicer) search(n *Node, parent, child Kind, least int) (int, bool) {
	if distance, ok := s.distance(n, parent, child, least); ok {
		return distance, true
	}
	for _, below := range n.Children {
		if distance, ok := s.search(below, parent, child, least); ok {
			return distance, true
		}
	}
	return 0, false
}

// distance looks at the first child that tells; looking at all of a long list for each
// of its items would take quadratic time.
func (s *splicer) distance(n *Node, parent, child Kind, least int) (int, bool) {
	if n.Kind != parent || n.Source.Flow || !s.isOriginal(n) {
		return 0, false
	}
	for _, c := range n.Children[:min(len(n.Children), maxSiblings)] {
		if c.Kind != child || c.Source.Flow || !s.isOriginal(c) {
			continue
		}
		if distance := s.column(c.Source.Start) - s.column(n.Source.Start); distance >= least {
			return distance, true
		}
	}
	return 0, false
}

// maxSiblings bounds how many children are looked at.
const maxSiblings = 100
