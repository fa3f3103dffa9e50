package document

import (
	"bytes"
	"strings"
)

// block collects the changes of a mapping or sequence in block style: one entry per
// line, told apart by indentation.
func (s *splicer) block(n *Node) error {
	staying, groups := arrange(n)
	for _, child := range staying {
		if err := s.node(child); err != nil {
			return err
		}
	}
	for _, g := range groups {
		if err := s.insertLines(n, g); err != nil {
			return err
		}
	}
	return nil
}

// insertLines puts the lines of new and moved entries into a block container.
func (s *splicer) insertLines(n *Node, g group) error {
	column := s.column(n.Source.Start)
	var lines []string
	for _, member := range g.members {
		if !member.Source.Written {
			lines = append(lines, s.entry(n, member, column)...)
			continue
		}
		text, err := s.takeOut(n, member)
		if err != nil {
			return err
		}
		lines = append(lines, text)
	}
	text := strings.Join(lines, s.newline)
	switch {
	case n.Kind == Mapping:
		s.insert(s.behind(n.Source.End, column), s.newline+text)
	case g.behind != nil:
		s.insert(s.behind(g.behind.Source.after, column), s.newline+text)
	case s.isFirst(n.Source.Start):
		s.insert(s.headComment(n.Source.Start, column), text+s.newline)
	default:
		s.insert(n.Source.Start, strings.TrimLeft(text, " ")+s.newline+spaces(column))
	}
	return nil
}

// takeOut removes the lines of an item from a block sequence and returns them without
// the last line break.
func (s *splicer) takeOut(sequence, item *Node) (string, error) {
	dash := s.dash(sequence, item)
	if dash < 0 || !s.isFirst(dash) {
		return "", s.fail(item, errNoPlace)
	}
	start := s.lineStart(dash)
	if s.isFirst(sequence.Source.Start) {
		start = s.headComment(dash, s.column(dash))
	}
	end := s.lineEnd(item.Source.after)
	text, err := s.moved(item, start, end)
	if err != nil {
		return "", err
	}
	// The line break in front goes, not the one behind: lines may be added there. There
	// is one in front, because the first item of a sequence always stays.
	s.replaceBytes(s.lineEnd(max(start-1, 0)), end, "")
	return text, nil
}

// dash returns where the dash of an item stands, -1 if it cannot be found.
func (s *splicer) dash(sequence, item *Node) int {
	offset := sequence.Source.Start
	for _, sibling := range sequence.Children {
		if sibling.Source.Written && sibling.Source.after < item.Source.after {
			offset = max(offset, sibling.Source.after)
		}
	}
	offset = skipSpace(s.data, offset)
	if offset < len(s.data) && s.data[offset] == '-' {
		return offset
	}
	return -1
}

// behind returns where lines can be added behind an entry of a block container: at the
// end of its line or of the comments that follow it and do not belong to the next line.
func (s *splicer) behind(end, column int) int {
	place := s.lineEnd(end)
	type comment struct{ indentation, end int }
	var comments []comment
	next := -1 // the indentation of the line behind the comments
	for offset := lineEnd(s.data, place) + 1; offset < len(s.data); {
		stop := s.lineEnd(offset)
		line := s.data[offset:stop]
		indentation := leadingSpaces(line)
		text := bytes.TrimSpace(line)
		if len(text) == 0 {
			break
		}
		if text[0] != '#' {
			next = indentation
			break
		}
		if indentation < column {
			break
		}
		comments = append(comments, comment{indentation, stop})
		offset = lineEnd(s.data, offset) + 1
	}
	for next >= 0 && len(comments) > 0 && comments[len(comments)-1].indentation <= next {
		comments = comments[:len(comments)-1]
	}
	if len(comments) > 0 {
		return comments[len(comments)-1].end
	}
	return place
}

// headComment returns where the lines begin that belong to the entry at offset: its
// own line or the comments directly above it.
func (s *splicer) headComment(offset, column int) int {
	start := s.lineStart(offset)
	for start > s.doc.Start {
		above := s.lineStart(start - 1)
		line := s.data[above:start]
		if leadingSpaces(line) != column || !bytes.HasPrefix(bytes.TrimSpace(line), []byte("#")) {
			break
		}
		start = above
	}
	return start
}

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
