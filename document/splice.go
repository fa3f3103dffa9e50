package document

import (
	"bytes"
	"cmp"
	"slices"
)

// SpliceError says why a change to the tree could not be written into the bytes of
// its document. The document is then best left as it is.
type SpliceError struct {
	// Position is where the value in question is written.
	Position Position
	// Path is the value's place in the document, as Node.Path writes it.
	Path    string
	Message string
}

// Error writes the position, the path and the message.
func (e *SpliceError) Error() string {
	if e.Path == "" {
		return e.Position.String() + ": " + e.Message
	}
	return e.Position.String() + ": " + e.Path + ": " + e.Message
}

const (
	errShared   = "the value is shared through a YAML alias: write it out here, or change it by hand"
	errOnePair  = "the mapping is a pair without braces in a list: put it in braces first"
	errReread   = "the change cannot be written in the style of the file: make it by hand"
	errNoPlace  = "the place of the value cannot be told from the file: make the change by hand"
	errOverlaps = "two changes meet in the same place of the file: make them by hand"
)

// Splice returns the bytes of the document, File.Data[Start:End], with all that
// Editors changed in its tree; every other byte is as it was. What is new is written in
// the style of what surrounds it. The result has been read again and equals the tree;
// where that cannot be reached, Splice returns a *SpliceError.
func Splice(doc *Document) ([]byte, error) {
	if !isChanged(doc.Root) {
		return bytes.Clone(doc.File.Data[doc.Start:doc.End]), nil
	}
	spliced, err := splice(newSplicer(doc))
	if err != nil {
		// A block scalar may swallow a comment that follows it. Quotes never do.
		cautious := newSplicer(doc)
		cautious.quotesOnly = true
		if spliced, again := splice(cautious); again == nil {
			return spliced, nil
		}
		return nil, err
	}
	return spliced, nil
}

func splice(s *splicer) ([]byte, error) {
	if err := s.node(s.doc.Root); err != nil {
		return nil, err
	}
	spliced, ok := s.apply(s.doc.Start, s.doc.End)
	if !ok {
		return nil, s.fail(s.doc.Root, errOverlaps)
	}
	return spliced, s.verify(spliced)
}

// splicer collects what has to change in the bytes of a document.
type splicer struct {
	doc *Document
	// data is the file up to the end of the document.
	data    []byte
	newline string
	changes []change
	// quotesOnly is true where strings are not to be written as block scalars.
	quotesOnly bool
	// shared is the first changed node whose bytes belong to an anchor.
	shared *Node
	// last is the last answer of lineOf.
	last line
	// steps are the answers of search.
	steps map[stepKinds]int
	// originals are the scalars as they were read, by where they start.
	originals map[int]*Node
}

// change puts text in the place of data[start:end].
type change struct {
	start, end int
	text       string
}

func newSplicer(doc *Document) *splicer {
	s := &splicer{doc: doc, data: doc.File.Data[:doc.End], newline: "\n"}
	if i := bytes.IndexByte(doc.File.Data, '\n'); i > 0 && doc.File.Data[i-1] == '\r' {
		s.newline = "\r\n"
	}
	return s
}

func (s *splicer) insert(offset int, text string) { s.replaceBytes(offset, offset, text) }

func (s *splicer) replaceBytes(start, end int, text string) {
	s.changes = append(s.changes, change{start, end, text})
}

// isRemoved reports whether a change so far removes the byte at offset.
func (s *splicer) isRemoved(offset int) bool {
	return slices.ContainsFunc(s.changes, func(c change) bool { return c.start <= offset && offset < c.end })
}

// apply returns data[start:end] with the changes. Insertions at one place keep the
// order in which they were made: inner containers come before outer ones. They come
// before what is replaced there.
func (s *splicer) apply(start, end int) (result []byte, ok bool) {
	slices.SortStableFunc(s.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	offset := start
	for _, c := range s.changes {
		if c.start < offset || c.end > end {
			return nil, false
		}
		result = append(result, s.data[offset:c.start]...)
		result = append(result, c.text...)
		offset = c.end
	}
	return append(result, s.data[offset:end]...), true
}

func (s *splicer) fail(n *Node, message string) error {
	return &SpliceError{Position: s.doc.Position(n), Path: n.Path(s.doc.Root), Message: message}
}

// node collects the changes of a node that is written in the file and of all below it.
func (s *splicer) node(n *Node) error {
	switch {
	case n.Source.Shared:
		if s.shared == nil && isChanged(n) {
			s.shared = n
		}
		return nil
	case n.Source.Replaced:
		return s.replace(n)
	case n.Kind != Mapping && n.Kind != Sequence:
		return nil
	case len(n.Children) > 0 && s.isEmptyInSource(n) && !s.inFlow(n):
		return s.replace(n)
	case n.Source.Flow:
		return s.flow(n)
	default:
		return s.block(n)
	}
}

// isChanged reports whether an Editor changed n or anything below it.
func isChanged(n *Node) bool {
	return n.Source.Replaced || !n.Source.Written || slices.ContainsFunc(n.Children, isChanged) ||
		!slices.IsSortedFunc(n.Children, func(a, b *Node) int { return a.Source.after - b.Source.after })
}

// isEmptyInSource reports whether a container is written as {} or [].
func (s *splicer) isEmptyInSource(n *Node) bool {
	return n.Source.Flow && skipSpace(s.data, n.Source.Start+1) == n.Source.End-1
}

// inFlow reports whether n is written inside brackets.
func (s *splicer) inFlow(n *Node) bool {
	return s.doc.json || n.parent != nil && n.parent.Source.Flow
}

// moved returns the text of a node that is written elsewhere, from start to end, with
// the changes inside it.
func (s *splicer) moved(n *Node, start, end int) (string, error) {
	inner := *s
	inner.changes = nil
	if err := inner.node(n); err != nil {
		return "", err
	}
	s.shared, s.originals = inner.shared, inner.originals
	text, ok := inner.apply(start, end)
	if !ok {
		return "", s.fail(n, errOverlaps)
	}
	return string(text), nil
}
