package document

import (
	"strconv"
	"strings"
)

// Pointer returns the RFC 6901 pointer of n from root, which must be n or one of
// its ancestors: "/spec/containers/0/image".
func (n *Node) Pointer(root *Node) string {
	return string(n.appendPointer(make([]byte, 0, 64), root))
}

func (n *Node) appendPointer(dst []byte, root *Node) []byte {
	if n == root || n.parent == nil {
		return dst
	}
	dst = append(n.parent.appendPointer(dst, root), '/')
	if n.parent.Kind == Sequence {
		return strconv.AppendInt(dst, int64(n.Index()), 10)
	}
	return append(dst, escapePointer(n.Key)...)
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return pointerEscapes.Replace(key)
}

// Path returns the place of n below root as people write it:
// `spec.containers[0].env[2].value`, with keys that hold dots in brackets and
// quotes: `metadata.annotations["proxy.istio.io/config"]`.
func (n *Node) Path(root *Node) string {
	return string(n.appendPath(make([]byte, 0, 64), root))
}

func (n *Node) appendPath(dst []byte, root *Node) []byte {
	if n == root || n.parent == nil {
		return dst
	}
	dst = n.parent.appendPath(dst, root)
	if n.parent.Kind == Sequence {
		dst = strconv.AppendInt(append(dst, '['), int64(n.Index()), 10)
		return append(dst, ']')
	}
	return appendPathKey(dst, n.Key)
}

// PathBelow returns the path of a key that n does not have yet.
func (n *Node) PathBelow(root *Node, keys ...string) string {
	dst := n.appendPath(make([]byte, 0, 64), root)
	for _, key := range keys {
		dst = appendPathKey(dst, key)
	}
	return string(dst)
}

// NamedPathBelow is PathBelow with the items of sequences called by their name, where
// they have one: `spec.containers[kafka].env[KAFKA_HEAP_OPTS].value`. What is put in
// front of an item does not change it.
func (n *Node) NamedPathBelow(root *Node, keys ...string) string {
	dst := n.appendNamedPath(make([]byte, 0, 64), root)
	for _, key := range keys {
		dst = appendPathKey(dst, key)
	}
	return string(dst)
}

func (n *Node) appendNamedPath(dst []byte, root *Node) []byte {
	if n == root || n.parent == nil {
		return dst
	}
	dst = n.parent.appendNamedPath(dst, root)
	if n.parent.Kind != Sequence {
		return appendPathKey(dst, n.Key)
	}
	if name := n.Get("name").Text(); name != "" {
		return append(append(append(dst, '['), name...), ']')
	}
	return append(strconv.AppendInt(append(dst, '['), int64(n.Index()), 10), ']')
}

func appendPathKey(dst []byte, key string) []byte {
	if key == "" || strings.ContainsAny(key, `./[]" `) {
		dst = strconv.AppendQuote(append(dst, '['), key)
		return append(dst, ']')
	}
	if len(dst) > 0 {
		dst = append(dst, '.')
	}
	return append(dst, key...)
}
