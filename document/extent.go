package document

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// The YAML library says where a value starts. The functions of this file find where
// it ends. They rely on the document being well-formed: the library has read it.

// skipProperties returns where the value of y starts behind its anchor and tag.
func (r *yamlReader) skipProperties(offset int, y *yaml.Node) int {
	end := offset
	for offset < len(r.data) && (r.data[offset] == '&' || r.data[offset] == '!') {
		end = offset + wordLength(r.data[offset:], y)
		offset = skipSpace(r.data, end)
	}
	if y.Kind == yaml.ScalarNode && y.Value == "" && y.Style&^yaml.TaggedStyle == 0 {
		return end // an empty value: what comes next belongs to somebody else
	}
	return offset
}

// wordLength measures an anchor or a tag.
func wordLength(data []byte, y *yaml.Node) int {
	if data[0] == '&' {
		return len("&") + len(y.Anchor)
	}
	if bytes.HasPrefix(data, []byte("!<")) {
		return max(bytes.IndexByte(data, '>'), 0) + 1
	}
	end := bytes.IndexAny(data, " \t\r\n,[]{}")
	if end < 0 {
		end = len(data)
	}
	return end
}

// skipSpace returns the offset of the next byte that is neither white space nor
// comment.
func skipSpace(data []byte, offset int) int {
	for offset < len(data) {
		switch data[offset] {
		case ' ', '\t', '\r', '\n':
			offset++
		case '#':
			offset = lineEnd(data, offset)
		default:
			return offset
		}
	}
	return offset
}

// containerExtent sets the end of a mapping or sequence whose last child ends at
// after: there, or behind the closing bracket.
func (r *yamlReader) containerExtent(n *Node, after int, opening, closing byte) {
	n.Source.End = min(after, len(r.data))
	if !n.Source.Flow || n.Source.Start >= len(r.data) || r.data[n.Source.Start] != opening {
		return // a mapping of one pair in a flow sequence has no brackets
	}
	for offset := skipSpace(r.data, after); offset < len(r.data); offset = skipSpace(r.data, offset) {
		c := r.data[offset]
		offset++
		if c == closing {
			n.Source.End = offset
			return
		}
	}
}

// scalarExtent sets the end of a scalar. An empty one starts and ends right behind the
// indicator that it belongs to.
func (r *yamlReader) scalarExtent(n *Node, y *yaml.Node) {
	start := min(n.Source.Start, len(r.data))
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		n.Source.End = quotedEnd(r.data, start, y.Value, '"')
	case y.Style&yaml.SingleQuotedStyle != 0:
		n.Source.End = quotedEnd(r.data, start, y.Value, '\'')
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		n.Source.End = blockEnd(r.data, start, y.Value)
	case y.Value == "":
		if y.Anchor == "" && y.Style&yaml.TaggedStyle == 0 && y.Tag != "!" {
			for start > r.base && strings.IndexByte(" \t\r\n", r.data[start-1]) >= 0 {
				start--
			}
		}
		n.Source.Start, n.Source.End = start, start
	default:
		n.Source.End = plainEnd(r.data, start, y.Value)
	}
}

// plainEnd finds the end of an unquoted scalar, which may be folded over lines: its
// value is its text apart from white space.
func plainEnd(data []byte, start int, value string) int {
	if len(data)-start >= len(value) && string(data[start:start+len(value)]) == value {
		return start + len(value)
	}
	offset, end := start, start
	for _, want := range value {
		if isFolded(want) {
			continue
		}
		for offset < len(data) {
			c, size := utf8.DecodeRune(data[offset:])
			offset += size
			if c == want {
				end = offset
				break
			}
		}
	}
	return end
}

// isFolded tells the characters that folding may add or take away.
func isFolded(c rune) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029'
}

// quotedEnd finds the end of a scalar in quotes.
func quotedEnd(data []byte, start int, value string, quote byte) int {
	end := start + 1 + len(value)
	if end < len(data) && data[end] == quote && string(data[start+1:end]) == value &&
		strings.IndexByte(value, '\\') < 0 && strings.IndexByte(value, quote) < 0 {
		return end + 1
	}
	for offset := start + 1; offset < len(data); offset++ {
		switch c := data[offset]; {
		case c == '\\' && quote == '"':
			offset++
		case c == quote:
			if quote == '\'' && offset+1 < len(data) && data[offset+1] == quote {
				offset++
				continue
			}
			return offset + 1
		}
	}
	return len(data)
}

// blockEnd finds the end of a literal or folded scalar: behind the last character of
// its last line, without the line break. Empty lines count when they are kept.
func blockEnd(data []byte, start int, value string) int {
	indentation, keep := blockIndentation(data, start, value)
	end := trimRight(data, start, lineEnd(data, start))
	for offset := lineEnd(data, start) + 1; offset <= len(data); {
		next := lineEnd(data, offset)
		line := bytes.TrimSuffix(data[offset:next], []byte("\r"))
		spaces := leadingSpaces(line)
		switch {
		case spaces == len(line) && spaces <= indentation:
			if keep && next < len(data) {
				end = offset + len(line)
			}
		case spaces >= indentation:
			end = offset + len(line)
		default:
			return end
		}
		offset = next + 1
	}
	return end
}

// blockIndentation returns the column where the lines of a block scalar begin, and
// whether it keeps the empty lines at its end.
func blockIndentation(data []byte, start int, value string) (indentation int, keep bool) {
	header := data[start:lineEnd(data, start)]
	if comment := bytes.IndexAny(header, " \t#"); comment >= 0 {
		header = header[:comment]
	}
	keep = bytes.IndexByte(header, '+') >= 0
	for line := range strings.SplitSeq(value, "\n") {
		if spaces := len(line) - len(strings.TrimLeft(line, " ")); spaces < len(line) {
			for offset := lineEnd(data, start) + 1; offset < len(data); offset = lineEnd(data, offset) + 1 {
				text := bytes.TrimSuffix(data[offset:lineEnd(data, offset)], []byte("\r"))
				if have := leadingSpaces(text); have < len(text) {
					return have - spaces, keep
				}
			}
		}
	}
	// Nothing but white space: all lines belong to it that hold nothing else.
	return len(data), keep
}

func leadingSpaces(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// trimRight returns the end of data[start:end] without a comment and white space.
func trimRight(data []byte, start, end int) int {
	line := data[start:end]
	if i := bytes.Index(line, []byte(" #")); i >= 0 {
		line = line[:i]
	}
	return start + len(bytes.TrimRight(line, " \t\r"))
}
