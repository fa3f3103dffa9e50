package document

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
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

// verify reads the result again and compares it with the tree.
func (s *splicer) verify(spliced []byte) error {
	file := NewFile(s.doc.File.Name, spliced)
	var root *Node
	var err error
	if s.doc.json {
		root, err = newJSONReader(file, 0, spliced).value(nil, 0)
	} else {
		root, err = readYAMLValue(file, 0, len(spliced))
	}
	if err != nil || root == nil {
		return s.fail(s.doc.Root, errReread)
	}
	if Equal(s.doc.Root, root) {
		return nil
	}
	wanted, got := difference(s.doc.Root, root)
	switch {
	case s.shared != nil:
		return s.fail(s.shared, errShared)
	case wanted.Source.Shared || got != nil && got.Source.Shared:
		return s.fail(wanted, errShared)
	default:
		return s.fail(wanted, errReread)
	}
}

// difference returns the place where two trees begin to differ: the node of the first,
// and its counterpart in the second, if there is one.
func difference(wanted, got *Node) (a, b *Node) {
	if wanted.Kind != got.Kind || len(wanted.Children) != len(got.Children) {
		return wanted, got
	}
	others := keySet{mapping: got}
	for i, child := range wanted.Children {
		other := got.Children[i]
		if wanted.Kind == Mapping {
			other = others.find(child.Key)
		}
		if other == nil {
			return child, nil
		}
		if !Equal(child, other) {
			return difference(child, other)
		}
	}
	return wanted, got
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

// group is a run of children that have to be put behind one that stays in its place,
// or, if there is none, in front of the first.
type group struct {
	behind  *Node
	members []*Node
}

// arrange tells the children that stay in their places from those that are new or were
// moved. Of a sequence the item that comes first in the file always stays. The order of
// a mapping's keys means nothing: new ones come last.
func arrange(n *Node) (staying []*Node, groups []group) {
	var last *Node
	var members []*Node
	flush := func() {
		if len(members) > 0 {
			groups = append(groups, group{last, members})
		}
		members = nil
	}
	first := firstWritten(n)
	for i, child := range n.Children {
		switch {
		case !child.Source.Written, n.Kind == Sequence && (i < first || last != nil && child.Source.after < last.Source.after):
			members = append(members, child)
			continue
		case n.Kind == Sequence:
			flush()
		}
		staying = append(staying, child)
		if last == nil || child.Source.after >= last.Source.after {
			last = child
		}
	}
	flush()
	return staying, groups
}

// firstWritten returns the index of the child that comes first in the file.
func firstWritten(n *Node) int {
	first := -1
	for i, child := range n.Children {
		if child.Source.Written && (first < 0 || child.Source.after < n.Children[first].Source.after) {
			first = i
		}
	}
	return first
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

// lineStart returns where the line of offset begins, behind a byte order mark.
func (s *splicer) lineStart(offset int) int {
	start := max(bytes.LastIndexByte(s.data[:offset], '\n')+1, s.doc.Start)
	if bytes.HasPrefix(s.data[start:], []byte(byteOrderMark)) && offset >= start+len(byteOrderMark) {
		start += len(byteOrderMark)
	}
	return start
}

// lineEnd returns where the line of offset ends, in front of its line break.
func (s *splicer) lineEnd(offset int) int {
	end := lineEnd(s.data, offset)
	if end > 0 && s.data[end-1] == '\r' {
		end--
	}
	return end
}

// indentation returns the white space in front of the line of offset.
func (s *splicer) indentation(offset int) string {
	line := s.data[s.lineStart(offset):s.lineEnd(offset)]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// column counts the characters in front of offset in its line.
func (s *splicer) column(offset int) int {
	return len([]rune(string(s.data[s.lineStart(offset):offset])))
}

// isFirst reports whether nothing but white space stands in front of offset.
func (s *splicer) isFirst(offset int) bool {
	return len(bytes.TrimLeft(s.data[s.lineStart(offset):offset], " \t")) == 0
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
