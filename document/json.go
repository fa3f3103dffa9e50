package document

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth bounds the nesting of a document. Kubernetes objects stay below 40;
// the bound keeps recursion over hostile input shallow.
const MaxDepth = 512

// MaxNodes bounds the values of one document, aliases counted each time that they
// are used. An object of 3 MiB, the API server's limit, has fewer than 400,000.
const MaxNodes = 1_000_000

// ParseJSON reads exactly one JSON value. Offsets of the nodes refer to data. A
// malformed value, a duplicate key, or one beyond MaxDepth or MaxNodes is a
// *SyntaxError without a file name.
func ParseJSON(data []byte) (*Node, error) { return ParseJSONWithin(data, MaxNodes) }

// ParseJSONWithin is ParseJSON with another bound than MaxNodes, for whoever has less
// memory: a node takes some 130 bytes.
func ParseJSONWithin(data []byte, nodes int) (*Node, error) {
	reader := newJSONReader(NewFile("", data), 0, data)
	reader.most = nodes
	defer reader.close()
	root, err := reader.value(nil, 0)
	if err != nil {
		return nil, err
	}
	end := reader.tokenStart()
	if _, err := reader.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, reader.syntaxError(end, "the JSON value is followed by something else")
	}
	return root, nil
}

// jsonReader turns jsontext's tokens into nodes.
type jsonReader struct {
	file *File
	// base is the offset of the decoder's input in the file.
	base int
	// text is the input. Strings without escapes are parts of it, so that they cost
	// no allocation each.
	text    string
	decoder *jsontext.Decoder
	slab    slab
	// open holds the children of the containers that are not closed yet.
	open []*Node
	// nodes counts what was read, of most that may be.
	nodes, most int
	// notJSON is true after an error that says that the input is no JSON, in contrast
	// to JSON that is not accepted.
	notJSON bool
}

// decoders keeps what a decoder allocates for the keys of each object that it is in.
var decoders = sync.Pool{New: func() any { return new(jsontext.Decoder) }}

// smallText is the size up to which an input's decoder is used again; that of a larger
// one might hold on to much memory.
const smallText = 1 << 20

func newJSONReader(file *File, base int, data []byte) *jsonReader {
	decoder := decoders.Get().(*jsontext.Decoder)
	decoder.Reset(bytes.NewBuffer(data))
	return &jsonReader{file: file, base: base, text: string(data), decoder: decoder, most: MaxNodes, slab: newSlab(len(data))}
}

// close ends the use of the reader, not of the tree that it has read.
func (r *jsonReader) close() {
	if len(r.text) < smallText {
		r.decoder.Reset(bytes.NewBuffer(nil))
		decoders.Put(r.decoder)
	}
	r.decoder = nil
}

func (r *jsonReader) offset() int { return r.base + int(r.decoder.InputOffset()) }

// tokenStart finds the first byte of the next token: the decoder only tells where
// the last one ended.
func (r *jsonReader) tokenStart() int {
	offset := int(r.decoder.InputOffset())
	for offset < len(r.text) && strings.IndexByte(" \t\r\n:,", r.text[offset]) >= 0 {
		offset++
	}
	return r.base + offset
}

func (r *jsonReader) syntaxError(offset int, message string) *SyntaxError {
	return &SyntaxError{Position: r.file.Position(offset), Message: message}
}

// fail translates what jsontext says into a position of the file.
func (r *jsonReader) fail(err error) error {
	r.notJSON = true
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.syntaxError(r.base+len(r.text), "the JSON ends too early")
	}
	syntactic, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return r.syntaxError(r.offset(), err.Error())
	}
	offset := int(syntactic.ByteOffset)
	message := strings.TrimPrefix(syntactic.Err.Error(), "jsontext: ")
	switch {
	case errors.Is(syntactic.Err, jsontext.ErrDuplicateName):
		r.notJSON = false
		message = "the key " + syntactic.JSONPointer.LastToken() + " stands here twice"
	case strings.Contains(message, " at start of ") && strings.HasPrefix(r.text[offset:], ","):
		message = "nothing follows this comma, or nothing stands in front of it"
	case strings.Contains(message, " at start of "):
		message = "a key or a value is expected here"
	case strings.Contains(message, " after object name"):
		message = "a : is expected here"
	case strings.Contains(message, " after object value"):
		message = "a , or } is expected here"
	case strings.Contains(message, " after array element"):
		message = "a , or ] is expected here"
	case strings.Contains(message, " in literal "):
		message = "true, false or null is expected here; strings need double quotes"
	}
	return r.syntaxError(r.base+offset, message)
}

func (r *jsonReader) value(parent *Node, depth int) (*Node, error) {
	kind := r.decoder.PeekKind()
	start := r.tokenStart()
	token, err := r.decoder.ReadToken()
	if err != nil {
		return nil, r.fail(err)
	}
	if depth > MaxDepth {
		return nil, r.syntaxError(start, errTooDeep)
	}
	if r.nodes++; r.nodes > r.most {
		return nil, r.syntaxError(start, errTooMany)
	}
	n := r.slab.node()
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
		if err := r.children(n, depth); err != nil {
			return nil, err
		}
	case '"':
		n.Kind, n.Value = String, r.string(start, token)
	case '0':
		n.Kind, n.Value = Number, r.text[start-r.base:n.Source.End-r.base]
	case 't', 'f':
		n.Kind, n.Value = Bool, token.String()
	case 'n':
		n.Kind = Null
	default:
		r.notJSON = true
		return nil, r.syntaxError(start, "a value is missing here")
	}
	n.Source.after = n.Source.End
	return n, nil
}

// string returns the text of a string token that starts at start.
func (r *jsonReader) string(start int, token jsontext.Token) string {
	literal := r.text[start-r.base+1 : r.decoder.InputOffset()-1]
	if strings.IndexByte(literal, '\\') < 0 {
		return literal
	}
	return token.String()
}

func (r *jsonReader) children(n *Node, depth int) error {
	first := len(r.open)
	for {
		switch r.decoder.PeekKind() {
		case '}', ']':
			if _, err := r.decoder.ReadToken(); err != nil {
				return r.fail(err)
			}
			n.Source.End = r.offset()
			n.Children = append(r.slab.list(len(r.open)-first), r.open[first:]...)
			r.open = r.open[:first]
			return nil
		}
		key, keyStart := "", -1
		if n.Kind == Mapping {
			keyStart = r.tokenStart()
			token, err := r.decoder.ReadToken()
			if err != nil {
				return r.fail(err)
			}
			key = r.string(keyStart, token)
		}
		child, err := r.value(n, depth+1)
		if err != nil {
			return err
		}
		child.Key, child.Source.Key = key, keyStart
		r.open = append(r.open, child)
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
