package document

import (
	"bytes"
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
	r := &yamlReader{file: file, data: file.Data[:end], base: base, place: newCursor(file.Data[:end], base), doubtful: -1}
	r.noteDoubts(text)
	var document yaml.Node
	if err := load(loader, &document); err == io.EOF {
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
	case err == io.EOF:
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

// yamlReader turns the nodes of the YAML library into ours.
type yamlReader struct {
	file *File
	// data ends where the document ends; base is where it starts.
	data []byte
	base int

	place   cursor
	scalars resolver
	slab    slab
	nodes   int
	aliased int
	// anchors maps anchored nodes to their trees, nil as long as they are read.
	anchors map[*yaml.Node]*Node
	// doubtful is the first place that kubectl may read differently, -1 for none.
	doubtful int
}

func (r *yamlReader) fail(offset int, message string) error {
	return &SyntaxError{r.file.Position(offset), message}
}

// count keeps a document within its bounds.
func (r *yamlReader) count(offset, depth int) error {
	if r.nodes++; r.nodes > MaxNodes {
		return r.fail(offset, errTooMany)
	}
	if depth > MaxDepth {
		return r.fail(offset, errTooDeep)
	}
	return nil
}

func (r *yamlReader) value(y *yaml.Node, parent *Node, depth int) (*Node, error) {
	start := r.place.find(y.Line, y.Column)
	if err := r.count(start, depth); err != nil {
		return nil, err
	}
	if y.Kind == yaml.AliasNode {
		return r.alias(y, parent, start, depth)
	}
	if y.Anchor != "" {
		if r.anchors == nil {
			r.anchors = map[*yaml.Node]*Node{}
		}
		r.anchors[y] = nil
	}
	explicitTag := y.Style&yaml.TaggedStyle != 0 || y.Tag == "!"
	if y.Anchor != "" || explicitTag {
		r.doubt(start)
		start = r.skipProperties(start, y)
	}
	n := r.slab.node()
	n.parent = parent
	n.Source = Source{Key: -1, Start: start, Written: true, Flow: y.Style&yaml.FlowStyle != 0}
	var err error
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind = Mapping
		err = r.mapping(n, y, depth)
	case yaml.SequenceNode:
		n.Kind = Sequence
		err = r.sequence(n, y, depth)
	default:
		switch {
		case explicitTag:
			n.Kind, n.Value, err = r.scalars.tagged(y.Tag, y.Value)
		case y.Style == 0:
			n.Kind, n.Value, err = r.scalars.plain(y.Value)
		default:
			n.Kind, n.Value = String, y.Value
		}
		if err != nil {
			err = r.fail(start, err.Error())
		}
		r.scalarExtent(n, y)
	}
	n.Source.after = n.Source.End
	if n.Source.Flow && err == nil && (parent == nil || !parent.Source.Flow) {
		r.noteFlow(n.Source.Start, n.Source.End)
	}
	if y.Anchor != "" {
		r.anchors[y] = n
	}
	return n, err
}

func (r *yamlReader) sequence(n *Node, y *yaml.Node, depth int) error {
	n.Children = r.slab.list(len(y.Content))
	after := n.Source.Start + 1
	for _, item := range y.Content {
		child, err := r.value(item, n, depth+1)
		if err != nil {
			return err
		}
		n.Children = append(n.Children, child)
		after = child.Source.after
	}
	r.containerExtent(n, after, '[', ']')
	return nil
}

func (r *yamlReader) mapping(n *Node, y *yaml.Node, depth int) error {
	n.Children = r.slab.list(len(y.Content) / 2)
	keys := keySet{mapping: n}
	after := n.Source.Start + 1
	for i := 0; i+1 < len(y.Content); i += 2 {
		keyStart := r.place.find(y.Content[i].Line, y.Content[i].Column)
		if i == 0 && !n.Source.Flow && (y.Anchor != "" || y.Style&yaml.TaggedStyle != 0) {
			n.Source.Start = keyStart
		}
		if isMerge(y.Content[i]) {
			merged, err := r.merge(n, &keys, y.Content[i+1], depth)
			if err != nil {
				return err
			}
			after = merged
			continue
		}
		key, err := r.key(y.Content[i], keyStart, depth)
		if err != nil {
			return err
		}
		if known := keys.find(key); known != nil && !known.Source.Shared {
			return r.fail(keyStart, "the key "+key+" stands here twice: the first is in line "+
				lineOf(r.file, known.Source.Key))
		} else if known != nil {
			keys.remove(key) // an explicit key overrides what was merged before it
		}
		child, err := r.value(y.Content[i+1], n, depth+1)
		if err != nil {
			return err
		}
		child.Key, child.Source.Key = key, keyStart
		keys.add(child)
		after = child.Source.after
	}
	keys.close()
	r.containerExtent(n, after, '{', '}')
	return nil
}

// key returns the string that kubectl makes of a key.
func (r *yamlReader) key(y *yaml.Node, start, depth int) (string, error) {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	} else if y.Anchor != "" {
		if _, err := r.value(y, nil, depth+1); err != nil {
			return "", err
		}
	}
	if y.Kind != yaml.ScalarNode {
		if braces := r.template(start, start); braces >= 0 {
			return "", r.fail(braces, errTemplate)
		}
		return "", r.fail(start, "a key must be a string, not a list or a mapping")
	}
	if len(y.Value) >= longKey {
		r.doubt(start)
	}
	explicitTag := y.Style&yaml.TaggedStyle != 0 || y.Tag == "!"
	if !explicitTag && y.Style != 0 {
		return y.Value, nil
	}
	tag := ""
	if explicitTag {
		tag = y.Tag
	}
	key, err := r.scalars.key(tag, y.Value)
	if err != nil {
		return "", r.fail(start, err.Error())
	}
	return key, nil
}
