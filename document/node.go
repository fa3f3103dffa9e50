// Package document holds the one tree that Sluice works on. It is filled from
// JSON or from YAML, changed only through an Editor, and written back either as
// RFC 6902 operations or as bytes spliced into the source.
package document

import "strconv"

// Kind is the JSON type of a Node.
type Kind uint8

// The kinds. The zero Kind is Null, as the zero Node is.
const (
	Null Kind = iota
	Bool
	Number
	String
	Mapping
	Sequence
)

// String names the kind as an error message would.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "mapping", "sequence"}[k]
}

// Node is one value of a document.
type Node struct {
	// Kind says which of the other fields mean something.
	Kind Kind
	// Key is the name under which a mapping holds this node; empty otherwise.
	Key string
	// Value is a string's text, a number's JSON literal, or "true" or "false".
	Value string
	// Children are a mapping's values in the order of the source, or a
	// sequence's items.
	Children []*Node
	// Source says where the node is written; the zero Source means nowhere.
	Source Source

	parent *Node
}

// Source is the place of a node in the bytes that it was read from.
type Source struct {
	// Key is the offset of the first byte of the key; -1 for items and roots.
	Key int
	// Start and End delimit the value's own bytes, [Start, End), without an anchor,
	// a tag, the comment behind it or the line break. An empty YAML value starts and
	// ends right behind its key. For an alias they are those of the anchor's value.
	Start, End int
	// after is where the value ends among its siblings: at End, but for an alias
	// behind its name, and for a merged value behind the merge key's value.
	after int
	// Written is true for a node that came from a source.
	Written bool
	// Shared is true below a YAML alias or merge key: the bytes belong to the
	// anchor, and changing them would change every place that refers to it.
	Shared bool
	// Flow is true for a mapping or sequence in brackets, as in JSON.
	Flow bool
	// Replaced is true once an Editor has given the node another value.
	Replaced bool
	// merged is true for an entry that a mapping has from a merge key.
	merged bool
	// was is the kind that a replaced node had in the source.
	was Kind
}

// NewString returns a string that no source holds yet.
func NewString(value string) *Node { return &Node{Kind: String, Value: value} }

// NewBool returns a boolean that no source holds yet.
func NewBool(value bool) *Node { return &Node{Kind: Bool, Value: strconv.FormatBool(value)} }

// NewNumber returns an integer that no source holds yet.
func NewNumber(value int64) *Node {
	return &Node{Kind: Number, Value: strconv.FormatInt(value, 10)}
}

// NewMapping returns a mapping of the given nodes, whose keys are set already.
func NewMapping(children ...*Node) *Node {
	return adopt(&Node{Kind: Mapping, Children: children})
}

// NewSequence returns a sequence of the given nodes.
func NewSequence(children ...*Node) *Node {
	return adopt(&Node{Kind: Sequence, Children: children})
}

// WithKey sets the key and returns the node, so that literals stay readable.
func (n *Node) WithKey(key string) *Node {
	n.Key = key
	return n
}

func adopt(n *Node) *Node {
	for _, child := range n.Children {
		child.parent = n
	}
	return n
}

// Parent returns the mapping or sequence that holds the node, nil for a root.
func (n *Node) Parent() *Node { return n.parent }

// Get returns the value under key, or nil when n is nil, no mapping, or has no
// such key.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Mapping {
		return nil
	}
	for _, child := range n.Children {
		if child.Key == key {
			return child
		}
	}
	return nil
}

// At follows keys downwards and returns nil as soon as one is missing.
func (n *Node) At(keys ...string) *Node {
	for _, key := range keys {
		n = n.Get(key)
	}
	return n
}

// Items returns the items of a sequence, and nothing for any other node or nil.
func (n *Node) Items() []*Node {
	if n == nil || n.Kind != Sequence {
		return nil
	}
	return n.Children
}

// Entries returns the values of a mapping, and nothing for any other node or nil.
func (n *Node) Entries() []*Node {
	if n == nil || n.Kind != Mapping {
		return nil
	}
	return n.Children
}

// Text returns the text of a string node, and "" for any other node or nil.
func (n *Node) Text() string {
	if n == nil || n.Kind != String {
		return ""
	}
	return n.Value
}

// IsTrue reports whether n is the boolean true.
func (n *Node) IsTrue() bool { return n != nil && n.Kind == Bool && n.Value == "true" }

// IsFalse reports whether n is the boolean false.
func (n *Node) IsFalse() bool { return n != nil && n.Kind == Bool && n.Value == "false" }

// Int returns the value of an integer node; ok is false for anything else.
func (n *Node) Int() (value int64, ok bool) {
	if n == nil || n.Kind != Number {
		return 0, false
	}
	value, err := strconv.ParseInt(n.Value, 10, 64)
	return value, err == nil
}

// Index returns the position of n among its parent's children, -1 for a root.
func (n *Node) Index() int {
	if n.parent != nil {
		for i, child := range n.parent.Children {
			if child == n {
				return i
			}
		}
	}
	return -1
}

// Equal reports whether two trees hold the same values. The order of a mapping's
// keys does not matter; two nil trees are equal.
func Equal(a, b *Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Children) != len(b.Children) {
		return false
	}
	others := keySet{mapping: b}
	for i, child := range a.Children {
		other := b.Children[i]
		if a.Kind == Mapping && other.Key != child.Key {
			other = others.find(child.Key)
		}
		if !Equal(child, other) {
			return false
		}
	}
	return true
}

// Copy copies a tree with what is known of its source: what becomes of the copy leaves
// the original as it is, and positions are the original's.
func (n *Node) Copy() *Node {
	copied := *n
	copied.parent = nil
	if n.Children != nil {
		copied.Children = make([]*Node, len(n.Children))
		for i, child := range n.Children {
			copied.Children[i] = child.Copy()
		}
	}
	return adopt(&copied)
}

// Clone copies a tree without its source, as a value of its own.
func (n *Node) Clone() *Node {
	clone := &Node{Kind: n.Kind, Key: n.Key, Value: n.Value}
	if n.Children != nil {
		clone.Children = make([]*Node, len(n.Children))
		for i, child := range n.Children {
			clone.Children[i] = child.Clone()
		}
	}
	return adopt(clone)
}
