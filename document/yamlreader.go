package document

import "go.yaml.in/yaml/v4"

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
		if known := keys.find(key); known != nil && !known.Source.merged {
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
