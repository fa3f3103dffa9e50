package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// limits bounds the nesting while YAML is parsed; aliases are counted by yamlReader.
var limits = yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(MaxDepth)))

// longKey is safely below 1024 characters, where kubectl's library sees no key any more.
const longKey = 1000

// byteOrderMark may stand in front of a document; it is no part of it.
const byteOrderMark = "\ufeff"

// readYAML reads the YAML document in file.Data[start:end]. It returns nil for one
// without content, as kubectl does for null.
func readYAML(file *File, start, end int) (*Document, error) {
	root, err := readYAMLValue(file, start, end)
	if err != nil || root == nil || root.Kind == Null {
		return nil, err
	}
	return newDocument(file, root, start, end)
}

func readYAMLValue(file *File, start, end int) (*Node, error) {
	base := start
	if bytes.HasPrefix(file.Data[base:end], []byte(byteOrderMark)) {
		base += len(byteOrderMark)
	}
	text := file.Data[base:end]
	if skipSpace(text, 0) == len(text) {
		return nil, nil
	}
	if !utf8.Valid(text) {
		return nil, &SyntaxError{file.Position(base + invalidUTF8(text)), "this is no valid UTF-8"}
	}
	if bytes.Count(text, []byte(","))+bytes.Count(text, []byte("\n")) > MaxNodes {
		// Every value takes one of them. The library would take a gigabyte to find out.
		return nil, &SyntaxError{file.Position(base), errTooMany}
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		// kubectl ends every line, so that a block scalar at the end of a file keeps
		// its last line break.
		text = append(bytes.Clone(text), '\n')
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text), limits)
	if err != nil {
		return nil, err
	}
	r := &yamlReader{
		file: file, data: file.Data[:end], base: base, place: newCursor(file.Data[:end], base),
		slab: newSlab(len(text)), doubtful: -1,
	}
	r.noteDoubts(text)
	var document yaml.Node
	if err := load(loader, &document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, r.translate(err)
	}
	if len(document.Content) != 1 {
		return nil, nil
	}
	root, err := r.value(document.Content[0], nil, 0)
	if err != nil {
		return nil, err
	}
	if err := r.checkEnd(loader); err != nil {
		return nil, err
	}
	if r.doubtful >= 0 {
		return root, r.agree(root, text)
	}
	return root, nil
}

// load guards against input that makes the library panic.
func load(loader *yaml.Loader, document *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the YAML library fails on this document: %v", p)
		}
	}()
	return loader.Load(document)
}

// checkEnd reports what follows the document: kubectl would take no notice of it.
func (r *yamlReader) checkEnd(loader *yaml.Loader) error {
	var document yaml.Node
	switch err := load(loader, &document); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return r.translate(err)
	}
	r.place = newCursor(r.data, r.base)
	return r.fail(r.place.find(document.Line, document.Column),
		`kubectl does not read what follows a line of "...": begin a new document with ---`)
}

func invalidUTF8(text []byte) int {
	offset := 0
	for offset < len(text) {
		r, size := utf8.DecodeRune(text[offset:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		offset += size
	}
	return offset
}
