package surroundings

import (
	"encoding/json"
	"fmt"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"

	"github.com/sluice-dev/sluice/document"
)

// appliedAnnotation is where kubectl keeps a copy of what was applied.
const appliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"

// stripped is an object as a cache holds it: as text, which is a tenth of the size of
// its tree. The tree is made when somebody asks, which is for the few objects around
// Kafka and ZooKeeper.
type stripped struct {
	metav1.ObjectMeta
	text []byte
	once sync.Once
	root *document.Node
}

// strip drops of an object what is never asked for. It is a cache's transformation,
// which may be given what it made itself.
func strip(object any) (*stripped, error) {
	switch object := object.(type) {
	case *stripped:
		return object, nil
	case *unstructured.Unstructured:
		content := object.Object
		delete(content, "status")
		if metadata, ok := content["metadata"].(map[string]any); ok {
			delete(metadata, "managedFields")
			if annotations, ok := metadata["annotations"].(map[string]any); ok {
				delete(annotations, appliedAnnotation)
			}
		}
		text, err := json.Marshal(content)
		if err != nil {
			return nil, err
		}
		return &stripped{
			ObjectMeta: metav1.ObjectMeta{Name: object.GetName(), Namespace: object.GetNamespace(), ResourceVersion: object.GetResourceVersion()},
			text:       text,
		}, nil
	default:
		return nil, fmt.Errorf("a cache was given a %T", object)
	}
}

// tree returns the object, nil for none.
func (s *stripped) tree() *document.Node {
	if s == nil {
		return nil
	}
	s.once.Do(func() {
		// What was marshalled a moment ago can be read; nil would be an empty object.
		s.root, _ = document.ParseJSON(s.text)
		s.text = nil
	})
	return s.root
}

// store is the memory of a watch.
type store struct{ cache.Indexer }

func (s store) get(namespace, name string) (*stripped, bool) {
	key := name
	if namespace != "" {
		key = namespace + "/" + name
	}
	found, ok, _ := s.GetByKey(key) // a store in memory does not fail
	object, isOurs := found.(*stripped)
	return object, ok && isOurs
}

// in returns the objects of a namespace.
func (s store) in(namespace string) []*stripped {
	found, _ := s.ByIndex(cache.NamespaceIndex, namespace) // the index is there
	objects := make([]*stripped, 0, len(found))
	for _, one := range found {
		if object, ok := one.(*stripped); ok {
			objects = append(objects, object)
		}
	}
	return objects
}
