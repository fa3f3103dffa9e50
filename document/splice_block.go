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
		if err := s.overrides(member); err != nil {
			return err
		}
		if isNew(member) {
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
