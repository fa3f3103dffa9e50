package surroundings

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/sluice-dev/sluice/document"
)

// Files answers from documents: those that a person gave as context, and those under
// review. Fill it with AddContext and Add first; it is then safe for concurrent use.
// Documents show a part of a cluster only, so what is not among them is unknown, not
// absent.
type Files struct {
	rootNamespace, namespace string

	namespaces map[string]Namespace
	deliveries map[Delivery]bool
	// given is what is under review, known is the context.
	given, known layer

	// sorted are the answers of Objects, which are asked for again and again.
	mutex  sync.Mutex
	sorted map[place][]Object
}

// layer is what documents that count alike describe.
type layer struct {
	configMaps configMaps
	objects    objects
}

// NewFiles returns Files without documents. rootNamespace is where Istio's mesh
// configuration is looked for; namespace is that of the objects which name none.
func NewFiles(rootNamespace, namespace string) *Files {
	return &Files{
		rootNamespace: rootNamespace,
		namespace:     namespace,
		namespaces:    map[string]Namespace{},
		deliveries:    map[Delivery]bool{},
		given:         layer{configMaps{}, objects{}},
		known:         layer{configMaps{}, objects{}},
		sorted:        map[place][]Object{},
	}
}

// Add takes from a document under review, an object or a list of them, what it tells
// about the surroundings. An error says which object could not be read; all else was
// taken.
func (f *Files) Add(doc *document.Document) error { return f.addAll(doc, f.given) }

// AddContext takes the same from a document that a person gave as context: what is
// there already, and will not be when a document under review says otherwise.
func (f *Files) AddContext(doc *document.Document) error { return f.addAll(doc, f.known) }

func (f *Files) addAll(doc *document.Document, into layer) error {
	clear(f.sorted)
	object := doc.Root
	apiVersion, kind := object.Get("apiVersion").Text(), object.Get("kind").Text()
	items := object.Get("items")
	if !strings.HasSuffix(kind, "List") || items == nil {
		return f.add(apiVersion, kind, doc, object, into)
	}
	var failed []error
	for _, item := range items.Items() {
		// A typed list as the API server writes it leaves these out of its items.
		itemVersion, itemKind := apiVersion, strings.TrimSuffix(kind, "List")
		if own := item.Get("kind").Text(); own != "" {
			itemVersion, itemKind = item.Get("apiVersion").Text(), own
		}
		failed = append(failed, f.add(itemVersion, itemKind, doc, item, into))
	}
	return errors.Join(failed...)
}

func (f *Files) add(apiVersion, kindName string, doc *document.Document, object *document.Node, into layer) error {
	kind := kindOf(apiVersion, kindName)
	metadata := object.Get("metadata")
	name, namespace := metadata.Get("name").Text(), cmp.Or(metadata.Get("namespace").Text(), f.namespace)
	switch {
	case apiVersion == "" || name == "":
	case kind == namespaceKind:
		f.addNamespace(name, metadata)
	case kind == configMapKind:
		into.configMaps.add(namespace, name, doc, object)
		if MeshConfigMap(name) && namespace == f.rootNamespace {
			return f.addMesh(name, object)
		}
	case known(kind):
		into.objects.add(place{kind, namespace}, name, Object{object, doc})
	}
	return nil
}

func (f *Files) addMesh(name string, object *document.Node) error {
	config := object.At("data", MeshConfigKey)
	if config == nil {
		return nil
	}
	delivery, err := ParseDelivery(config.Text())
	if err != nil {
		return fmt.Errorf("ConfigMap %s/%s: %w", f.rootNamespace, name, err)
	}
	f.deliveries[delivery] = true
	return nil
}

// addNamespace merges with what another document said of the same namespace, as
// kubectl apply does with what is in the cluster; the later one wins.
func (f *Files) addNamespace(name string, metadata *document.Node) {
	namespace, ok := f.namespaces[name]
	if !ok {
		namespace = Namespace{Labels: map[string]string{}, Annotations: map[string]string{}}
		f.namespaces[name] = namespace
	}
	maps.Copy(namespace.Labels, texts(metadata.Get("labels")))
	maps.Copy(namespace.Annotations, texts(metadata.Get("annotations")))
}

func texts(mapping *document.Node) map[string]string {
	all := map[string]string{}
	for _, entry := range mapping.Entries() {
		if entry.Kind == document.String {
			all[entry.Key] = entry.Value
		}
	}
	return all
}

// Namespace returns a namespace that one of the documents describes.
func (f *Files) Namespace(_ context.Context, name string) (Namespace, Knowledge) {
	namespace, ok := f.namespaces[name]
	if !ok {
		return Namespace{}, Unknown
	}
	return namespace, Found
}

// ConfigMap returns a ConfigMap that one of the documents describes. Those under review
// count more than those of the context. Where several of the same kind disagree, as the
// variants of a configuration for one cluster each do, the answer is unknown.
func (f *Files) ConfigMap(_ context.Context, namespace, name string) (ConfigMap, Knowledge) {
	for _, described := range []layer{f.given, f.known} {
		if found, ok := described.configMaps[objectKey{namespace, name}]; ok {
			return found.ConfigMap, found.knowledge
		}
	}
	return ConfigMap{}, Unknown
}

// Delivery answers from the mesh configurations among the documents. Where those of
// several revisions disagree the answer is unknown, since it depends on the pod's.
func (f *Files) Delivery(context.Context) Delivery {
	if len(f.deliveries) == 1 {
		for delivery := range f.deliveries {
			return delivery
		}
	}
	return DeliveryUnknown
}

// RootNamespace is where the mesh configuration is looked for.
func (f *Files) RootNamespace() string { return f.rootNamespace }

// Object returns an object that one of the documents describes, as ConfigMap does.
func (f *Files) Object(_ context.Context, kind Kind, namespace, name string) (Object, Knowledge) {
	for _, described := range []layer{f.given, f.known} {
		if found, ok := described.objects[place{kind, namespace}][name]; ok {
			if found.Root == nil {
				return Object{}, Unknown
			}
			return found, Found
		}
	}
	return Object{}, Unknown
}

// Objects returns those that the documents describe; there may always be more.
func (f *Files) Objects(ctx context.Context, kind Kind, namespace string) (objects []Object, complete bool) {
	at := place{kind, namespace}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	objects, ok := f.sorted[at]
	if !ok {
		objects = f.sort(ctx, at)
		f.sorted[at] = objects
	}
	return objects, false
}

// sort lists the objects of a place by their names.
func (f *Files) sort(ctx context.Context, at place) (objects []Object) {
	names := maps.Clone(f.known.objects[at])
	if names == nil {
		names = map[string]Object{}
	}
	maps.Copy(names, f.given.objects[at])
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if object, known := f.Object(ctx, at.kind, at.namespace, name); known == Found {
			objects = append(objects, object)
		}
	}
	return objects
}

// objects are those that documents describe, by place and name. One that is described
// in two ways is there without its tree.
type objects map[place]map[string]Object

// place is a kind in a namespace.
type place struct {
	kind      Kind
	namespace string
}

func (o objects) add(at place, name string, object Object) {
	if o[at] == nil {
		o[at] = map[string]Object{}
	}
	if before, ok := o[at][name]; ok && (before.Root == nil || !document.Equal(before.Root, object.Root)) {
		object = Object{}
	}
	o[at][name] = object
}
