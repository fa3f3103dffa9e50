package document

import (
	"bytes"
	"iter"
)

// Read yields the documents of a YAML or JSON stream in the order of the file, each
// with the error that makes it unusable: a *SyntaxError. Documents after a broken one
// are still read. Empty documents are left out.
//
// The stream is split and read as kubectl does it: every line that begins with ---
// parts YAML documents; a stream that begins with { is a sequence of JSON objects as
// long as it stays JSON; scalars mean what they mean in YAML 1.1. Unlike kubectl,
// which takes no notice of them, Read reports duplicate keys and content behind the
// end of a document.
func Read(file *File) iter.Seq2[*Document, error] {
	return ReadSome(file, func([]byte) bool { return true })
}

// ReadSome is Read without those YAML documents whose text is not wanted, which are
// not parsed.
func ReadSome(file *File, wanted func(text []byte) bool) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		if err := checkEncoding(file); err != nil {
			yield(nil, err)
			return
		}
		s := stream{file: file, yield: yield}
		if bytes.HasPrefix(trimSpace(file.Data), []byte("{")) && !s.readJSON() {
			return
		}
		for s.offset < len(file.Data) {
			start, end, err := s.next()
			if !wanted(file.Data[start:end]) {
				continue
			}
			var doc *Document
			if err == nil {
				doc, err = readYAML(file, start, end)
			}
			if (doc != nil || err != nil) && !yield(doc, err) {
				return
			}
		}
	}
}

// stream is the part of a file that is not read yet.
type stream struct {
	file   *File
	offset int
	yield  func(*Document, error) bool
}

// separator begins the line between two documents.
const separator = "---"

// next takes the next YAML document off the stream; the separator line in front of
// it does not belong to it.
func (s *stream) next() (start, end int, err error) {
	data := s.file.Data
	start = s.offset
	if bytes.HasPrefix(data[start:], []byte(separator)) {
		end := lineEnd(data, start)
		rest := bytes.TrimLeft(data[start+len(separator):end], " \t\r")
		if len(rest) > 0 && rest[0] != '#' {
			err = &SyntaxError{s.file.Position(end - len(rest)), "only a comment may follow --- on its line"}
		}
		start = min(end+1, len(data))
	}
	s.offset = len(data)
	if bytes.HasPrefix(data[start:], []byte(separator)) {
		s.offset = start
	} else if i := bytes.Index(data[start:], []byte("\n"+separator)); i >= 0 {
		s.offset = start + i + 1
	}
	return start, s.offset, err
}

// readJSON yields the JSON objects at the beginning of the stream and leaves the rest
// to be read as YAML. It returns false when the consumer wants no more.
func (s *stream) readJSON() (more bool) {
	data := s.file.Data
	reader := newJSONReader(s.file, 0, data)
	defer reader.close()
	for count := 0; ; count++ {
		s.offset = len(data) - len(trimSpace(data[reader.offset():]))
		if s.offset == len(data) {
			return true
		}
		reader.nodes = 0
		root, err := reader.value(nil, 0)
		if err == nil {
			doc, err := newDocument(s.file, root, s.offset, root.Source.End)
			if doc != nil {
				doc.json = true
			}
			if !s.yield(doc, err) {
				return false
			}
			continue
		}
		start := s.offset
		if count > 0 && bytes.HasPrefix(data[start:], []byte(separator)) {
			return true
		}
		// This may yet be YAML that begins with a brace. After two objects in a row
		// kubectl is sure that it is not.
		_, end, _ := s.next()
		if reader.notJSON && count < 2 {
			doc, yamlErr := readYAML(s.file, start, end)
			if yamlErr == nil {
				return doc == nil || s.yield(doc, nil)
			}
			if !looksLikeJSON(data[start:end]) {
				err = yamlErr
			}
		}
		return s.yield(nil, err)
	}
}

// looksLikeJSON tells a JSON object with a mistake in it from a YAML mapping in
// braces, so that the message speaks of the right language.
func looksLikeJSON(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("{")) {
		return false
	}
	inside := trimSpace(data[1:])
	return len(inside) > 0 && inside[0] == '"'
}

// newDocument makes a document of a tree, which must be an object.
func newDocument(file *File, root *Node, start, end int) (*Document, error) {
	if root.Kind == Mapping {
		return &Document{File: file, Root: root, Start: start, End: end}, nil
	}
	expected, found := "an object with apiVersion and kind", root.Kind.String()
	if file.fragment {
		expected = "an object"
	}
	if root.Kind == Sequence {
		found = "list"
	}
	return nil, &SyntaxError{file.Position(root.Source.Start), expected + " is expected here, not a " + found}
}

// checkEncoding refuses UTF-16: kubectl splits the bytes of a file into lines, which
// breaks its characters apart.
func checkEncoding(file *File) error {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(file.Data, []byte(mark)) {
			return &SyntaxError{file.Position(0), "the file is encoded in UTF-16: save it as UTF-8"}
		}
	}
	return nil
}

func trimSpace(data []byte) []byte { return bytes.TrimLeft(data, " \t\r\n") }

// lineEnd returns the offset of the newline that ends the line at offset, or the end
// of data.
func lineEnd(data []byte, offset int) int {
	if i := bytes.IndexByte(data[offset:], '\n'); i >= 0 {
		return offset + i
	}
	return len(data)
}
