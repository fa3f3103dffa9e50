package document

// slab hands out nodes and lists of children from larger allocations: a document
// has hundreds of both, and they live and die together.
type slab struct {
	nodes    []Node
	pointers []*Node
	// expected is how many nodes the text probably has.
	expected int
	// madeNodes and madePointers count what was allocated.
	madeNodes, madePointers int
}

// slabSize bounds what one allocation of a slab holds. 256 nodes are just below the
// 32 KiB from which on Go allocates large objects one by one.
const slabSize = 256

// bytesPerNode is how much text a value has with its key; in pods it is around 20.
// Most texts are whole reviews and manifests, but an annotation is one, too.
const bytesPerNode = 20

// newSlab returns a slab for a text of so many bytes.
func newSlab(text int) slab { return slab{expected: text/bytesPerNode + 1} }

// next is how many to allocate when so many were not enough.
func (s *slab) next(made int) int {
	if made == 0 {
		return min(max(s.expected, 4), slabSize)
	}
	return min(max(made/4, 16), slabSize)
}

func (s *slab) node() *Node {
	if len(s.nodes) == 0 {
		s.nodes = make([]Node, s.next(s.madeNodes))
		s.madeNodes += len(s.nodes)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	return n
}

// list returns an empty list with room for n children. It has no room for more, so
// that an editor's append does not reach into a neighbour.
func (s *slab) list(n int) []*Node {
	if n == 0 {
		return nil
	}
	if n > len(s.pointers) {
		if n > slabSize/4 {
			return make([]*Node, 0, n)
		}
		s.pointers = make([]*Node, max(n, s.next(s.madePointers)))
		s.madePointers += len(s.pointers)
	}
	list := s.pointers[:0:n]
	s.pointers = s.pointers[n:]
	return list
}
