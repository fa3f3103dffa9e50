package document

import (
	"bytes"
	"strings"
)

// replaceScalar writes the new value of a scalar outside of brackets, if possible in
// the style of the old one.
func (s *splicer) replaceScalar(n *Node) error {
	if n.Kind == String && s.keepQuotes(n) {
		return nil
	}
	text := s.plainText(n)
	if n.Source.Start == n.Source.End {
		text = " " + text
	}
	s.replaceBytes(n.Source.Start, n.Source.End, text)
	return nil
}

// plainText writes a scalar or an empty container behind the colon or dash of a parent
// that is in the file.
func (s *splicer) plainText(n *Node) string {
	column := s.column(n.parent.Source.Start)
	return s.scalar(n, column, column+s.step(n.parent))
}

// scalar writes a scalar or an empty container; should it need several lines, they
// begin at column, below a parent that is indented less.
func (s *splicer) scalar(n *Node, parent, column int) string {
	if n.Kind != String {
		return string(n.AppendJSON(nil))
	}
	if strings.Contains(n.Value, "\n") && !s.quotesOnly {
		if text, ok := literal(n.Value, parent, column, s.newline); ok {
			return text
		}
	}
	return quote(n.Value)
}

// keepQuotes replaces a string by another one in the same quotes, or as a block scalar
// with the same lines. It returns false when the style does not suit the new value.
func (s *splicer) keepQuotes(n *Node) bool {
	start, end := n.Source.Start, n.Source.End
	if start == end || n.Source.was != String || s.quotesOnly && s.data[start] != '"' {
		return false
	}
	text, ok := "", false
	switch indicator := s.data[start]; {
	case indicator == '|':
		text, ok = s.keepLines(n)
	case bytes.IndexByte(s.data[start:end], '\n') >= 0 && s.extend(n, indicator):
		return true
	case indicator == '"':
		text, ok = quoteDouble(n.Value), true
	case indicator == '\'':
		text, ok = quoteSingle(n.Value), isPrintable(n.Value)
	case indicator == '>':
		column := s.column(n.parent.Source.Start)
		text, ok = folded(n.Value, column+s.step(n.parent), s.newline)
	}
	if ok {
		s.replaceBytes(start, end, text)
	}
	return ok
}

// extend writes what was added at the end or the beginning of a string of several
// lines, which stay as they are.
func (s *splicer) extend(n *Node, indicator byte) bool {
	old, ok := s.original(n)
	if !ok {
		return false
	}
	value := n.Value
	opening, closing := "", ""
	escape := func(added string) string { return added }
	switch indicator {
	case '"':
		opening, closing = `"`, `"`
		escape = func(added string) string { quoted := quoteDouble(added); return quoted[1 : len(quoted)-1] }
	case '\'':
		opening, closing = "'", "'"
		escape = func(added string) string { return strings.ReplaceAll(added, "'", "''") }
	case '>':
		body := strings.TrimRight(old, "\n")
		value, ok = strings.CutSuffix(value, old[len(body):])
		old = body
	default:
		ok = isPlain(value)
	}
	if !ok || indicator != '"' && !isPrintable(strings.Replace(value, old, "", 1)) {
		return false
	}
	source := string(s.data[n.Source.Start:n.Source.End])
	var candidate string
	if added, ok := strings.CutPrefix(value, old); ok {
		candidate = strings.TrimSuffix(source, closing) + escape(added) + closing
	} else if added, ok := strings.CutSuffix(value, old); ok && indicator != '>' {
		candidate = opening + escape(added) + strings.TrimPrefix(source, opening)
	}
	if candidate == "" || !s.reads(n, candidate) {
		return false
	}
	s.replaceBytes(n.Source.Start, n.Source.End, candidate)
	return true
}

// reads reports whether source, written in the place of n, has its value.
func (s *splicer) reads(n *Node, source string) bool {
	column := 0
	if !n.parent.Source.Flow {
		column = s.column(n.parent.Source.Start)
	}
	text := spaces(column) + "k: " + source + s.newline
	root, err := readYAMLValue(NewFile("", []byte(text)), 0, len(text))
	return err == nil && root.Get("k").Text() == n.Value
}

// keepLines writes the new value of a literal block scalar with the bytes of the old
// one for all lines at its beginning and end that stay the same.
func (s *splicer) keepLines(n *Node) (text string, ok bool) {
	block := s.literalBlock(n)
	body := strings.TrimRight(n.Value, "\n")
	breaks := len(n.Value) - len(body)
	if body == "" || !isLiteral(body) || !block.hasIndicator && needsIndicator(body) || breaks > 1 && !block.keep {
		return "", false
	}
	lines := strings.Split(body, "\n")
	for range breaks - 1 {
		lines = append(lines, "")
	}
	same := 0
	for same < min(len(lines), len(block.lines)) && lines[same] == block.lines[same] {
		same++
	}
	sameAtEnd := 0
	for sameAtEnd < min(len(lines), len(block.lines))-same &&
		lines[len(lines)-1-sameAtEnd] == block.lines[len(block.lines)-1-sameAtEnd] {
		sameAtEnd++
	}
	var b strings.Builder
	b.WriteString(block.header(breaks))
	b.Write(s.data[block.ends[0]:block.ends[same]])
	for _, line := range lines[same : len(lines)-sameAtEnd] {
		b.WriteString(s.newline)
		if line != "" {
			b.WriteString(spaces(block.column) + line)
		}
	}
	b.Write(s.data[block.ends[len(block.lines)-sameAtEnd]:block.ends[len(block.lines)]])
	return b.String(), true
}

// literalBlock is a literal block scalar as it is written.
type literalBlock struct {
	// indicators are the characters behind the bar, rest is what follows them.
	indicators, rest   string
	hasIndicator, keep bool
	// column is the indentation of the lines.
	column int
	// lines are the lines of the value; ends[0] is where the header ends, ends[i]
	// where the i-th line does, in front of its line break.
	lines []string
	ends  []int
}

func (s *splicer) literalBlock(n *Node) literalBlock {
	start := n.Source.Start
	headerEnd := s.lineEnd(start)
	header := string(s.data[start+1 : headerEnd])
	block := literalBlock{ends: []int{headerEnd}}
	size := len(header) - len(strings.TrimLeft(header, "+-0123456789"))
	block.indicators, block.rest = header[:size], header[size:]
	block.keep = strings.Contains(block.indicators, "+")
	if i := strings.IndexAny(block.indicators, "123456789"); i >= 0 {
		block.hasIndicator = true
		block.column = s.column(n.parent.Source.Start) + int(block.indicators[i]-'0')
	}
	var raw []string
	for offset := lineEnd(s.data, start) + 1; offset <= n.Source.End; offset = lineEnd(s.data, offset) + 1 {
		end := s.lineEnd(offset)
		raw = append(raw, string(s.data[offset:end]))
		block.ends = append(block.ends, end)
	}
	for _, line := range raw {
		if indentation := leadingSpaces([]byte(line)); indentation < len(line) && block.column == 0 {
			block.column = indentation
		}
	}
	if block.column == 0 {
		block.column = s.column(n.parent.Source.Start) + s.step(n.parent)
	}
	for _, line := range raw {
		block.lines = append(block.lines, line[min(block.column, len(line)):])
	}
	return block
}

// header writes the first line for a value that ends with so many line breaks.
func (b literalBlock) header(breaks int) string {
	indicators := b.indicators
	switch {
	case breaks == 0:
		indicators = strings.Trim(indicators, "+-") + "-"
	case !b.keep:
		indicators = strings.Trim(indicators, "-")
	}
	return "|" + indicators + b.rest
}
