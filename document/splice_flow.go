package document

import (
	"bytes"
	"strings"
)

// flow collects the changes of a mapping or sequence in brackets.
func (s *splicer) flow(n *Node) error {
	staying, groups := arrange(n)
	for _, child := range staying {
		if err := s.node(child); err != nil {
			return err
		}
	}
	if len(groups) == 0 {
		return nil
	}
	if opening := s.data[n.Source.Start]; opening != '{' && opening != '[' {
		return s.fail(n, errOnePair)
	}
	style := s.flowStyle(n)
	if len(staying) == 0 && groups[0].behind == nil {
		if !s.isEmptyInSource(n) {
			return s.fail(n, errNoPlace) // nothing but a comment
		}
		s.replaceBytes(n.Source.Start, n.Source.End, style.text(n, s.indentation(n.Source.Start)))
		return nil
	}
	first, indentation := s.firstEntry(n)
	between := style.space
	if indentation != "" {
		between = s.newline + indentation
	}
	texts := make([]string, len(groups))
	for i, g := range groups {
		entries := make([]string, len(g.members))
		for j, member := range g.members {
			var err error
			if entries[j], err = s.flowEntry(n, member, style, indentation); err != nil {
				return err
			}
		}
		texts[i] = strings.Join(entries, ","+between)
	}
	for i, g := range groups {
		if g.behind == nil {
			s.insert(first, texts[i]+","+between)
		} else {
			s.insertBehind(g.behind, between, texts[i])
		}
	}
	return nil
}

// insertBehind adds entries behind one that is there. A comment behind that one stays
// on its line.
func (s *splicer) insertBehind(entry *Node, between, text string) {
	end := entry.Source.after
	comma := skipSpace(s.data, end)
	hasComma := comma < len(s.data) && s.data[comma] == ',' && !s.isRemoved(comma)
	if !strings.HasPrefix(between, s.newline) {
		s.insert(end, ","+between+text)
		return
	}
	if hasComma {
		s.insert(s.lineEnd(comma), between+text+",")
		return
	}
	s.insert(end, ",")
	s.insert(s.commentEnd(end), between+text)
}

// commentEnd returns the end of the comment that follows offset on its line, or offset.
func (s *splicer) commentEnd(offset int) int {
	rest := s.data[offset:s.lineEnd(offset)]
	if bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte("#")) {
		return offset + len(rest)
	}
	return offset
}

// firstEntry returns where the first entry of a container in brackets starts, and the
// indentation of the entries when each has a line of its own.
func (s *splicer) firstEntry(n *Node) (offset int, indentation string) {
	offset = skipSpace(s.data, n.Source.Start+1)
	if s.isFirst(offset) {
		indentation = s.indentation(offset)
	}
	return offset, indentation
}

// flowEntry returns the text of a new or moved entry, which moving takes out of its
// place together with the comma in front of it.
func (s *splicer) flowEntry(n, entry *Node, style flowStyle, indentation string) (string, error) {
	if err := s.overrides(entry); err != nil {
		return "", err
	}
	if isNew(entry) {
		return style.entry(n.Kind, entry, indentation), nil
	}
	previous := -1
	for _, sibling := range n.Children {
		if sibling.Source.Written && sibling.Source.after < entry.Source.after {
			previous = max(previous, sibling.Source.after)
		}
	}
	comma := skipSpace(s.data, max(previous, 0))
	if previous < 0 || comma >= len(s.data) || s.data[comma] != ',' {
		return "", s.fail(entry, errNoPlace)
	}
	start := skipSpace(s.data, comma+1)
	text, err := s.moved(entry, start, entry.Source.after)
	s.replaceBytes(previous, entry.Source.after, "")
	return text, err
}

// replaceInFlow writes the new value of a node inside brackets.
func (s *splicer) replaceInFlow(n *Node) error {
	style := s.flowStyle(n.parent)
	if n.Kind == String && !style.json && s.keepQuotes(n) {
		return nil
	}
	text := style.text(n, s.indentation(n.Source.Start))
	if n.Source.Start == n.Source.End {
		// An empty value: a key with a colon and nothing behind it, or not even a colon.
		if n.Source.Start == 0 || s.data[n.Source.Start-1] != ':' {
			text = ":" + " " + text
		} else {
			text = " " + text
		}
	}
	s.replaceBytes(n.Source.Start, n.Source.End, text)
	return nil
}

// flowStyle is how values are written in brackets.
type flowStyle struct {
	// quotes are those of all keys and strings, 0 where only some need them.
	quotes byte
	// json is true where values have to be JSON.
	json bool
	// space stands behind a colon and, in one line, behind a comma: " " or "".
	space string
	// unit is the indentation of one level; newline is empty where containers stay in
	// one line.
	unit, newline string
}

// flowStyle finds out how the brackets around n are written, going by the nearest that
// show it.
func (s *splicer) flowStyle(n *Node) flowStyle {
	style := flowStyle{json: s.doc.json}
	nearest := true
	for around := n; around != nil && around.Source.Flow && style.space == ""; around = around.parent {
		if around.Source.Replaced || s.isEmptyInSource(around) {
			continue
		}
		first, indentation := s.firstEntry(around)
		quotes := s.data[first]
		if quotes != '"' && quotes != '\'' {
			quotes = 0
		}
		if nearest {
			style.quotes = quotes
			if indentation != "" {
				style.newline = s.newline
				style.unit = strings.TrimPrefix(indentation, s.indentation(around.Source.Start))
			}
		}
		nearest = false
		style.json = style.json || quotes == '"' && around.Kind == Mapping
		switch c := s.afterIndicator(around, first); {
		case c == ' ':
			style.space = " "
		case c != 0 && quotes != 0 || c == '{' || c == '[':
			return style
		}
	}
	style.space = " "
	return style
}

// afterIndicator returns the byte behind the first colon of a mapping or the first
// comma of a sequence, 0 when there is none or the line ends there.
func (s *splicer) afterIndicator(n *Node, first int) byte {
	indicator, end := byte(':'), first
	if n.Kind == Sequence {
		indicator, end = ',', n.Children[firstWritten(n)].Source.after
	} else if c := s.data[first]; c == '"' || c == '\'' {
		end = quotedEnd(s.data, first, "", c)
	}
	i := bytes.IndexByte(s.data[end:n.Source.End], indicator)
	if i < 0 || strings.IndexByte("\r\n", s.data[end+i+1]) >= 0 {
		return 0
	}
	return s.data[end+i+1]
}

// text writes a value; indentation is that of the line on which it begins.
func (f flowStyle) text(n *Node, indentation string) string {
	if n.Kind != Mapping && n.Kind != Sequence {
		return f.scalar(n)
	}
	opening, closing := "[", "]"
	if n.Kind == Mapping {
		opening, closing = "{", "}"
	}
	if len(n.Children) == 0 {
		return opening + closing
	}
	between, end := f.space, ""
	if f.newline != "" {
		between, end = f.newline+indentation+f.unit, f.newline+indentation
		opening += between
	}
	entries := make([]string, len(n.Children))
	for i, child := range n.Children {
		entries[i] = f.entry(n.Kind, child, indentation+f.unit)
	}
	return opening + strings.Join(entries, ","+between) + end + closing
}

// entry writes an item, or a key and its value.
func (f flowStyle) entry(container Kind, n *Node, indentation string) string {
	if container == Sequence {
		return f.text(n, indentation)
	}
	colon := ": "
	if f.json || f.quotes == '"' {
		colon = ":" + f.space
	}
	return f.scalar(NewString(n.Key)) + colon + f.text(n, indentation)
}

func (f flowStyle) scalar(n *Node) string {
	switch {
	case n.Kind != String:
		return string(n.AppendJSON(nil))
	case f.json || f.quotes == '"':
		return quoteDouble(n.Value)
	case f.quotes == '\'' && isPrintable(n.Value):
		return quoteSingle(n.Value)
	default:
		return quoteFlow(n.Value)
	}
}
