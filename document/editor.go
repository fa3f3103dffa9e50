package document

import (
	"encoding/json"

	"gomodules.xyz/jsonpatch/v2"
)

// Editor changes a tree and records each change as an RFC 6902 operation. It is
// the only way in which a tree that was read is ever changed, so that the patch
// and the tree cannot disagree. Mappings, sequences, nodes and items that its verbs
// take are nodes of the tree; values are new and belong to the tree afterwards.
type Editor struct {
	root       *Node
	operations []jsonpatch.Operation
}

// NewEditor edits the tree below root; pointers in operations start there.
func NewEditor(root *Node) *Editor { return &Editor{root: root} }

// Root returns the tree that is edited.
func (e *Editor) Root() *Node { return e.root }

// Operations returns what was recorded so far, in the order of the changes.
func (e *Editor) Operations() []jsonpatch.Operation { return e.operations }

func (e *Editor) record(operation, pointer string, value *Node) {
	recorded := jsonpatch.Operation{Operation: operation, Path: pointer}
	if value != nil {
		recorded.Value = json.RawMessage(value.AppendJSON(nil))
	}
	e.operations = append(e.operations, recorded)
}

// Set gives mapping the value under key, adding the key at the end when it is new. A
// key that is there keeps its node, which takes the value over (see Replace).
func (e *Editor) Set(mapping *Node, key string, value *Node) {
	if current := mapping.Get(key); current != nil {
		e.Replace(current, value)
		return
	}
	value.Key, value.parent = key, mapping
	mapping.Children = append(mapping.Children, value)
	e.record("add", value.Pointer(e.root), value)
}

// Replace gives node the kind, text and children of value, which is of no use
// afterwards. Where the node is written stays known, so that a splice can put the new
// value there.
func (e *Editor) Replace(node, value *Node) {
	if !node.Source.Replaced {
		node.Source.was = node.Kind
	}
	node.Kind, node.Value, node.Children = value.Kind, value.Value, value.Children
	adopt(node)
	node.Source.Replaced = true
	e.record("replace", node.Pointer(e.root), node)
}

// Insert puts value into sequence before the item at index; index == number of
// items appends.
func (e *Editor) Insert(sequence *Node, index int, value *Node) {
	value.Key, value.parent = "", sequence
	sequence.Children = append(sequence.Children, nil)
	copy(sequence.Children[index+1:], sequence.Children[index:])
	sequence.Children[index] = value
	e.record("add", value.Pointer(e.root), value)
}

// Append puts value at the end of sequence.
func (e *Editor) Append(sequence, value *Node) {
	e.Insert(sequence, len(sequence.Children), value)
}

// MoveToFront makes item, which is in a sequence, the first one. The patch removes
// and adds it, since the operation type has no "from" for a move.
func (e *Editor) MoveToFront(item *Node) {
	index := item.Index()
	if index <= 0 {
		return
	}
	e.record("remove", item.Pointer(e.root), nil)
	items := item.parent.Children
	copy(items[1:index+1], items[:index])
	items[0] = item
	e.record("add", item.Pointer(e.root), item)
}

// Ensure returns the mapping or sequence under key. Where there is none, an empty one
// is put there, also in the place of a null or of a value of another kind.
func (e *Editor) Ensure(mapping *Node, key string, kind Kind) *Node {
	if current := mapping.Get(key); current != nil && current.Kind == kind {
		return current
	}
	e.Set(mapping, key, &Node{Kind: kind})
	return mapping.Get(key)
}
