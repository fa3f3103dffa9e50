package document

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"
)

// File is one input with its name and bytes. It is safe for concurrent use.
type File struct {
	// Name is how messages call the file: its path, or "-" for standard input.
	Name string
	// Data is the whole content, never changed.
	Data []byte

	// fragment is true for a text inside a document, which is no Kubernetes object.
	fragment bool

	once  sync.Once
	lines []int
}

// NewFile returns a file that holds data.
func NewFile(name string, data []byte) *File { return &File{Name: name, Data: data} }

// Position is a place in a file as an editor shows it.
type Position struct {
	// File is the name of the file.
	File string
	// Line and Column count from 1; columns count characters. Zero is unknown.
	Line, Column int
}

// String writes file:line:column, leaving out what is unknown.
func (p Position) String() string {
	switch {
	case p.File == "" && p.Line > 0:
		return fmt.Sprintf("line %d, column %d", p.Line, p.Column)
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
}

// Position translates a byte offset of Data.
func (f *File) Position(offset int) Position {
	f.once.Do(f.index)
	offset = min(max(offset, 0), len(f.Data))
	line, found := slices.BinarySearch(f.lines, offset)
	if !found {
		line--
	}
	start := f.lines[line]
	if start == 0 && bytes.HasPrefix(f.Data[:offset], []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	column := utf8.RuneCount(f.Data[start:offset]) + 1
	return Position{File: f.Name, Line: line + 1, Column: column}
}

// Offset translates a line and a column in characters, both from 1, into a byte
// offset of Data; places beyond the end become the end.
func (f *File) Offset(line, column int) int {
	f.once.Do(f.index)
	if line < 1 || line > len(f.lines) {
		return len(f.Data)
	}
	offset := f.lines[line-1]
	if offset == 0 && bytes.HasPrefix(f.Data, []byte(byteOrderMark)) {
		offset = len(byteOrderMark)
	}
	for ; column > 1 && offset < len(f.Data); column-- {
		_, size := utf8.DecodeRune(f.Data[offset:])
		offset += size
	}
	return offset
}

// Line returns the text of a line, counted from 1, without its end; nothing for a line
// that the file does not have.
func (f *File) Line(line int) []byte {
	f.once.Do(f.index)
	if line < 1 || line > len(f.lines) {
		return nil
	}
	text := f.Data[f.lines[line-1]:]
	if line == 1 {
		text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	}
	if end := bytes.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return bytes.TrimSuffix(text, []byte("\r"))
}

// index records where each line starts.
func (f *File) index() {
	f.lines = append(f.lines, 0)
	for offset := 0; ; {
		next := bytes.IndexByte(f.Data[offset:], '\n')
		if next < 0 {
			return
		}
		offset += next + 1
		f.lines = append(f.lines, offset)
	}
}

// Document is one document of a file. Its tree was read from File.Data, to which
// all offsets of the nodes refer.
type Document struct {
	File *File
	Root *Node
	// Start and End delimit the document within File.Data.
	Start, End int

	// json is true for a document that was read as JSON.
	json bool
}

// Position returns where the value of n is written (for mappings and sequences
// with a key: where the key is), or, for a node that no source holds, where its
// nearest written ancestor is.
func (d *Document) Position(n *Node) Position {
	for ; n != nil; n = n.parent {
		if !n.Source.Written {
			continue
		}
		if n.Source.Key >= 0 && (n.Kind == Mapping || n.Kind == Sequence) {
			return d.File.Position(n.Source.Key)
		}
		return d.File.Position(n.Source.Start)
	}
	return d.File.Position(d.Start)
}

// SyntaxError says what made a document unusable, and where.
type SyntaxError struct {
	Position Position
	Message  string
}

// Error writes the position and the message.
func (e *SyntaxError) Error() string { return e.Position.String() + ": " + e.Message }
