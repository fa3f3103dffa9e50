package document

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is the value of a string together with where it is written, down to each of
// its characters. It holds on to nothing else of its document. A Text that came from
// no file has only a Value.
type Text struct {
	Value string

	// at is where the value starts.
	at Position
	// literal is true for a literal block scalar, whose lines are those of the value,
	// each behind so many characters.
	literal     bool
	indentation int
	// raw are the bytes of any other value as it is written; empty when it is not.
	raw string
}

// Text returns the text of a string node of the document, and an empty one for any
// other node or nil.
func (d *Document) Text(n *Node) Text {
	if n == nil {
		return Text{}
	}
	// A value of a JSON document is a part of its whole text.
	text := Text{Value: strings.Clone(n.Text())}
	if !n.Source.Written || n.Source.Replaced {
		text.at = d.Position(n)
		return text
	}
	start := n.Source.Start
	text.at = d.File.Position(start)
	written := d.File.Data[start:min(n.Source.End, len(d.File.Data))]
	if bytes.HasPrefix(written, []byte("|")) && !newCursor(written, 0).oldBreaks {
		text.literal = true
		text.indentation, _ = blockIndentation(d.File.Data, start, text.Value)
		return text
	}
	text.raw = string(written)
	return text
}

// Start returns where the value starts: its quote, or the header of a block scalar.
func (t *Text) Start() Position { return t.at }

// Position returns where the character at a byte offset of the Value is written. In a
// literal block scalar that is exact for every offset, and elsewhere for every one
// that is no white space: folding and escapes leave no trace of where a space was.
func (t *Text) Position(offset int) Position {
	switch {
	case t.literal:
		return t.inBlock(offset)
	case t.raw != "":
		return t.inRaw(offset)
	default:
		return t.at
	}
}

// inBlock counts lines: those of the value are those of the file, from the one below
// the header on.
func (t *Text) inBlock(offset int) Position {
	before := t.Value[:min(max(offset, 0), len(t.Value))]
	start := strings.LastIndexByte(before, '\n') + 1
	return Position{
		File:   t.at.File,
		Line:   t.at.Line + 1 + strings.Count(before, "\n"),
		Column: t.indentation + utf8.RuneCountInString(before[start:]) + 1,
	}
}

// inRaw goes through the value and what is written side by side, and leaves out what
// folding adds and takes away.
func (t *Text) inRaw(offset int) Position {
	raw := rawReader{text: t.raw}
	switch first := t.raw[0]; first {
	case '"', '\'':
		raw.quote, raw.offset = first, 1
	case '|', '>':
		raw.offset = lineEnd([]byte(t.raw), 0)
	}
	for at, want := range t.Value {
		if isFolded(want) {
			continue
		}
		place, found := raw.find(want)
		if !found {
			return t.at
		}
		if at >= offset {
			return t.below(place)
		}
	}
	return t.below(len(t.raw))
}

// below returns the place of an offset in raw.
func (t *Text) below(offset int) Position {
	before := t.raw[:min(offset, len(t.raw))]
	at := t.at
	if lines := strings.Count(before, "\n"); lines > 0 {
		at.Line, at.Column = at.Line+lines, 1
		before = before[strings.LastIndexByte(before, '\n')+1:]
	}
	at.Column += utf8.RuneCountInString(before)
	return at
}

// rawReader reads the characters of a value as it is written.
type rawReader struct {
	text   string
	offset int
	// quote is the quote around the value, 0 for none.
	quote byte
}

// find returns the offset of the next character that is want, and goes behind it.
func (r *rawReader) find(want rune) (offset int, found bool) {
	for r.offset < len(r.text) {
		start := r.offset
		if r.next() == want {
			return start, true
		}
	}
	return len(r.text), false
}

func (r *rawReader) next() rune {
	c, size := utf8.DecodeRuneInString(r.text[r.offset:])
	r.offset += size
	switch {
	case c == '\'' && r.quote == '\'':
		r.offset++ // the second one of two
	case c == '\\' && r.quote == '"' && r.offset < len(r.text):
		return r.escaped()
	}
	return c
}

// escapes are what stands behind a backslash in YAML and JSON, other than white space
// and characters that stand for themselves.
var escapes = map[byte]rune{'0': 0, 'a': '\a', 'b': '\b', 'e': 0x1b, 'f': '\f', 'v': '\v', '_': 0xa0}

// escaped reads what stands behind a backslash.
func (r *rawReader) escaped() rune {
	letter := r.text[r.offset]
	if digits := strings.IndexByte("..x.u...U", letter); letter != '.' && digits > 0 {
		return r.hexadecimal(digits)
	}
	if strings.IndexByte("nrtNLP", letter) >= 0 {
		r.offset++
		return ' ' // or other white space, which is not compared
	}
	if c, ok := escapes[letter]; ok {
		r.offset++
		return c
	}
	c, size := utf8.DecodeRuneInString(r.text[r.offset:])
	r.offset += size
	return c
}

// hexadecimal reads a letter and so many digits, and in JSON the second half of a
// character that takes two.
func (r *rawReader) hexadecimal(digits int) rune {
	end := min(r.offset+1+digits, len(r.text))
	code, _ := strconv.ParseUint(r.text[r.offset+1:end], 16, 32)
	r.offset = end
	c := rune(code)
	if utf16.IsSurrogate(c) && strings.HasPrefix(r.text[end:], `\u`) {
		r.offset++
		c = utf16.DecodeRune(c, r.hexadecimal(digits))
	}
	return c
}
