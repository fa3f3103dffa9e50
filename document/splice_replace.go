package document

import "strings"

// replace writes the new value of a node where the old one is.
func (s *splicer) replace(n *Node) error {
	switch {
	case n.parent == nil:
		if s.doc.json || n.Source.Flow {
			s.replaceBytes(n.Source.Start, n.Source.End, s.flowStyle(n).text(n, ""))
			return nil
		}
		lines := s.lines(n, 0)
		s.replaceBytes(s.lineStart(n.Source.Start), n.Source.End, strings.Join(lines, s.newline))
		return nil
	case s.inFlow(n):
		return s.replaceInFlow(n)
	case len(n.Children) > 0:
		return s.replaceByLines(n)
	case s.isBlockContainer(n):
		return s.replaceLines(n)
	default:
		return s.replaceScalar(n)
	}
}

// isBlockContainer reports whether the value that n had in the file is a mapping or
// sequence in block style.
func (s *splicer) isBlockContainer(n *Node) bool {
	return !n.Source.Flow && (n.Source.was == Mapping || n.Source.was == Sequence)
}

// replaceLines puts a value that needs one line in the place of one in block style.
func (s *splicer) replaceLines(n *Node) error {
	indicator := s.indicatorEnd(n)
	if indicator < 0 {
		return s.fail(n, errNoPlace)
	}
	s.insert(indicator, " "+s.plainText(n))
	if comment := s.lineEnd(indicator); comment < n.Source.Start {
		s.replaceBytes(comment, n.Source.End, "")
	} else {
		s.replaceBytes(indicator, n.Source.End, "")
	}
	return nil
}

// replaceByLines puts a mapping or sequence with entries in the place of a value.
func (s *splicer) replaceByLines(n *Node) error {
	indicator := s.indicatorEnd(n)
	if indicator < 0 {
		return s.fail(n, errNoPlace)
	}
	if n.parent.Kind == Sequence {
		width := s.itemWidth(n.parent)
		lines := s.lines(n, s.column(indicator-1)+width)
		lines[0] = spaces(width-1) + strings.TrimLeft(lines[0], " ")
		s.replaceBytes(indicator, n.Source.End, strings.Join(lines, s.newline))
		return nil
	}
	text := s.newline + strings.Join(s.lines(n, s.childColumn(n)), s.newline)
	start := n.Source.Start
	for start > indicator && strings.IndexByte(" \t", s.data[start-1]) >= 0 {
		start--
	}
	if s.isFirst(n.Source.Start) && n.Source.Start > indicator {
		s.replaceBytes(s.lineStart(n.Source.Start), n.Source.End, strings.TrimPrefix(text, s.newline))
		return nil
	}
	s.replaceBytes(start, n.Source.End, "")
	s.insert(s.lineEnd(n.Source.End), text)
	return nil
}

// indicatorEnd returns the offset behind the colon or the dash in front of the value
// of n, -1 if it cannot be found.
func (s *splicer) indicatorEnd(n *Node) int {
	if n.parent.Kind == Sequence {
		if dash := s.dash(n.parent, n); dash >= 0 {
			return dash + 1
		}
		return -1
	}
	offset := n.Source.Key
	if offset < 0 {
		return -1
	}
	if quote := s.data[offset]; quote == '"' || quote == '\'' {
		offset = quotedEnd(s.data, offset, "", quote)
	}
	for ; offset < len(s.data) && offset <= n.Source.Start; offset++ {
		if s.data[offset] == ':' && (offset+1 == len(s.data) || strings.IndexByte(" \t\r\n", s.data[offset+1]) >= 0) {
			return offset + 1
		}
	}
	return -1
}

// original returns the text that a scalar had in the file before an Editor replaced it.
func (s *splicer) original(n *Node) (text string, ok bool) {
	if s.originals == nil {
		s.originals = map[int]*Node{}
		if root, err := readYAMLValue(s.doc.File, s.doc.Start, s.doc.End); err == nil {
			s.remember(root)
		}
	}
	original := s.originals[n.Source.Start]
	return original.Text(), original != nil && original.Kind == String
}

func (s *splicer) remember(n *Node) {
	if n.Kind == String {
		s.originals[n.Source.Start] = n
	}
	for _, child := range n.Children {
		s.remember(child)
	}
}
