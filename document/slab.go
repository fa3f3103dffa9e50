package document

// slab hands out nodes and lists of children from larger allocations: a document
// has hundreds of both, and they live and die together.
type slab struct {
	nodes    []Node
	pointers []*Node
	size     int
}

// slabSize bounds what one allocation of a slab holds.
const slabSize = 256

func (s *slab) node() *Node {
	if len(s.nodes) == 0 {
		s.size = min(max(2*s.size, 32), slabSize)
		s.nodes = make([]Node, s.size)
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
		s.pointers = make([]*Node, slabSize)
	}
	list := s.pointers[:0:n]
	s.pointers = s.pointers[n:]
	return list
}
