package document

import (
	"bytes"
	"unicode/utf8"
)

// cursor translates the lines and columns of the YAML library into byte offsets. The
// library counts characters, and so does cursor, but it starts from the last place
// instead of from the beginning: documents of one long line would take quadratic time.
type cursor struct {
	data []byte
	base int
	// lineStart is the offset of the line, offset that of the column.
	lineStart, offset int
	line, column      int
	// oldBreaks is true if the document may hold line breaks of YAML 1.1 other than
	// \n and \r\n.
	oldBreaks bool
}

func newCursor(data []byte, base int) cursor {
	text := data[base:]
	oldBreaks := bytes.Contains(text, []byte("\u0085")) || bytes.Contains(text, []byte("\u2028")) ||
		bytes.Contains(text, []byte("\u2029")) || bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n"))
	return cursor{data: data, base: base, lineStart: base, offset: base, line: 1, column: 1, oldBreaks: oldBreaks}
}

// find returns the offset of a place, at most the end of data. Places that lie behind
// the last one in the document cost the least.
func (c *cursor) find(line, column int) int {
	if line < c.line {
		c.lineStart, c.offset, c.line, c.column = c.base, c.base, 1, 1
	}
	for c.line < line {
		if !c.nextLine() {
			return len(c.data)
		}
	}
	if column < c.column {
		c.offset, c.column = c.lineStart, 1
	}
	for c.column < column && c.offset < len(c.data) {
		if c.data[c.offset] < utf8.RuneSelf {
			c.offset++
		} else {
			_, size := utf8.DecodeRune(c.data[c.offset:])
			c.offset += size
		}
		c.column++
	}
	return c.offset
}

// nextLine goes to the start of the next line; it returns false when there is none.
func (c *cursor) nextLine() bool {
	next := len(c.data)
	if i := bytes.IndexByte(c.data[c.offset:], '\n'); i >= 0 {
		next = c.offset + i + 1
	}
	if c.oldBreaks {
		next = afterBreak(c.data, c.offset)
	}
	if next == len(c.data) && (next == 0 || c.data[next-1] != '\n') && !c.oldBreaks {
		c.offset = next
		return false
	}
	if next == c.offset {
		return false
	}
	c.lineStart, c.offset = next, next
	c.line++
	c.column = 1
	return true
}

// afterBreak returns the offset behind the next line break of YAML 1.1.
func afterBreak(data []byte, offset int) int {
	for offset < len(data) {
		r, size := utf8.DecodeRune(data[offset:])
		offset += size
		switch r {
		case '\n', '\u0085', '\u2028', '\u2029':
			return offset
		case '\r':
			if offset < len(data) && data[offset] == '\n' {
				offset++
			}
			return offset
		}
	}
	return offset
}
