package document

// keySet finds the entries of a mapping by key, also of large ones. The mapping may grow
// through add and shrink through remove; nothing else may change it meanwhile.
type keySet struct {
	mapping *Node
	// indices has the places of all entries, nil as long as looking at each is cheaper.
	indices map[string]int
	removed bool
}

// smallMapping is the number of entries up to which no index is made.
const smallMapping = 16

func (s *keySet) find(key string) *Node {
	if i := s.index(key); i >= 0 {
		return s.mapping.Children[i]
	}
	return nil
}

func (s *keySet) index(key string) int {
	children := s.mapping.Children
	if s.indices == nil && len(children) > smallMapping {
		s.indices = make(map[string]int, len(children))
		for i, child := range children {
			if child != nil {
				s.indices[child.Key] = i
			}
		}
	}
	if s.indices != nil {
		if i, ok := s.indices[key]; ok {
			return i
		}
		return -1
	}
	for i, child := range children {
		if child != nil && child.Key == key {
			return i
		}
	}
	return -1
}

func (s *keySet) add(child *Node) {
	s.mapping.Children = append(s.mapping.Children, child)
	if s.indices != nil {
		s.indices[child.Key] = len(s.mapping.Children) - 1
	}
}

// remove leaves a hole until close is called: closing the gap each time would take
// quadratic time.
func (s *keySet) remove(key string) {
	if i := s.index(key); i >= 0 {
		s.mapping.Children[i] = nil
		delete(s.indices, key)
		s.removed = true
	}
}

func (s *keySet) close() {
	if !s.removed {
		return
	}
	kept := s.mapping.Children[:0]
	for _, child := range s.mapping.Children {
		if child != nil {
			kept = append(kept, child)
		}
	}
	s.mapping.Children = kept
}
