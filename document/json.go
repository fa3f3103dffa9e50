package document

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth bounds the nesting of a document. Kubernetes objects stay below 40;
// the bound keeps recursion over hostile input shallow.
const MaxDepth = 512

// MaxNodes bounds the values of one document, aliases counted each time that they
// are used. An object of 3 MiB, the API server's limit, has fewer than 400,000.
const MaxNodes = 2_000_000

// ParseJSON reads exactly one JSON value. Offsets of the nodes refer to data. A
// malformed value, a duplicate key, or one beyond MaxDepth or MaxNodes is a
// *SyntaxError without a file name.
func ParseJSON(data []byte) (*Node, error) {
	file := NewFile("", data)
	reader := newJSONReader(file, 0, data)
	root, err := reader.value(nil, 0)
	if err != nil {
		return nil, err
	}
	if _, err := reader.decoder.ReadToken(); err != io.EOF {
		return nil, reader.syntaxError("the JSON value is followed by something else")
	}
	return root, nil
}

// jsonReader turns jsontext's tokens into nodes.
type jsonReader struct {
	file    *File
	base    int
	data    []byte
	decoder *jsontext.Decoder
	slab    []Node
	nodes   int
}

func newJSONReader(file *File, base int, data []byte) *jsonReader {
	return &jsonReader{file: file, base: base, data: data, decoder: jsontext.NewDecoder(bytes.NewBuffer(data))}
}

func (r *jsonReader) offset() int { return r.base + int(r.decoder.InputOffset()) }

// tokenStart finds the first byte of the next token: the decoder only tells where
// the last one ended.
func (r *jsonReader) tokenStart() int {
	offset := int(r.decoder.InputOffset())
	for offset < len(r.data) && strings.IndexByte(" \t\r\n:,", r.data[offset]) >= 0 {
		offset++
	}
	return r.base + offset
}

func (r *jsonReader) syntaxError(message string) *SyntaxError {
	return &SyntaxError{Position: r.file.Position(r.offset()), Message: message}
}

// fail translates what jsontext says into a position of the file.
func (r *jsonReader) fail(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return &SyntaxError{Position: r.file.Position(len(r.file.Data)), Message: "the JSON ends too early"}
	}
	syntactic, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return r.syntaxError(err.Error())
	}
	message := strings.TrimPrefix(syntactic.Err.Error(), "jsontext: ")
	if syntactic.Err == jsontext.ErrDuplicateName {
		message = "the key " + string(syntactic.JSONPointer.LastToken()) + " stands here twice"
	}
	return &SyntaxError{Position: r.file.Position(r.base + int(syntactic.ByteOffset)), Message: message}
}

// node takes nodes from a slab: one allocation serves many.
func (r *jsonReader) node() *Node {
	if len(r.slab) == 0 {
		r.slab = make([]Node, 64)
	}
	n := &r.slab[0]
	r.slab = r.slab[1:]
	return n
}

func (r *jsonReader) value(parent *Node, depth int) (*Node, error) {
	kind := r.decoder.PeekKind()
	start := r.tokenStart()
	token, err := r.decoder.ReadToken()
	if err != nil {
		return nil, r.fail(err)
	}
	if depth > MaxDepth {
		return nil, r.syntaxError("nested too deeply")
	}
	if r.nodes++; r.nodes > MaxNodes {
		return nil, r.syntaxError("too many values in one document")
	}
	n := r.node()
	n.parent = parent
	n.Source = Source{Key: -1, Start: start, End: r.offset(), Written: true}
	switch kind {
	case '{', '[':
		n.Source.Flow = true
		if kind == '{' {
			n.Kind = Mapping
		} else {
			n.Kind = Sequence
		}
		return n, r.children(n, depth)
	case '"':
		n.Kind, n.Value = String, token.String()
	case '0':
		n.Kind, n.Value = Number, token.String()
	case 't', 'f':
		n.Kind, n.Value = Bool, token.String()
	case 'n':
		n.Kind = Null
	default:
		return nil, r.syntaxError("a value is missing here")
	}
	return n, nil
}

func (r *jsonReader) children(n *Node, depth int) error {
	for {
		switch r.decoder.PeekKind() {
		case '}', ']':
			if _, err := r.decoder.ReadToken(); err != nil {
				return r.fail(err)
			}
			n.Source.End = r.offset()
			return nil
		}
		key, keyStart := "", -1
		if n.Kind == Mapping {
			keyStart = r.tokenStart()
			token, err := r.decoder.ReadToken()
			if err != nil {
				return r.fail(err)
			}
			key = token.String()
		}
		child, err := r.value(n, depth+1)
		if err != nil {
			return err
		}
		child.Key, child.Source.Key = key, keyStart
		n.Children = append(n.Children, child)
	}
}

// AppendJSON appends the tree as compact JSON.
func (n *Node) AppendJSON(dst []byte) []byte {
	switch n.Kind {
	case String:
		return appendQuoted(dst, n.Value)
	case Number, Bool:
		return append(dst, n.Value...)
	case Mapping:
		dst = append(dst, '{')
		for i, child := range n.Children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendQuoted(dst, child.Key), ':')
			dst = child.AppendJSON(dst)
		}
		return append(dst, '}')
	case Sequence:
		dst = append(dst, '[')
		for i, child := range n.Children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = child.AppendJSON(dst)
		}
		return append(dst, ']')
	default:
		return append(dst, "null"...)
	}
}

// appendQuoted writes what is no valid UTF-8 as U+FFFD, as encoding/json does.
func appendQuoted(dst []byte, text string) []byte {
	dst, _ = jsontext.AppendQuote(dst, text)
	return dst
}

// MarshalJSON makes a tree usable as a value of encoding/json.
func (n *Node) MarshalJSON() ([]byte, error) { return n.AppendJSON(nil), nil }
