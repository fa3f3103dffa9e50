package surroundings

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Files answers from documents: those under review and those that a person gave as
// context. Fill it with Add first; it is then safe for concurrent use. Documents
// show a part of a cluster only, so what is not among them is unknown, not absent.
type Files struct {
	rootNamespace string
	namespaces    map[string]Namespace
	deliveries    map[Delivery]bool
}

// NewFiles returns Files without documents. rootNamespace is where Istio's mesh
// configuration is looked for.
func NewFiles(rootNamespace string) *Files {
	return &Files{
		rootNamespace: rootNamespace,
		namespaces:    map[string]Namespace{},
		deliveries:    map[Delivery]bool{},
	}
}

// Add takes from an object, or from a list of objects, what it tells about the
// surroundings. An error says which object could not be read; all else was taken.
func (f *Files) Add(object *document.Node) error {
	apiVersion, kind := object.Get("apiVersion").Text(), object.Get("kind").Text()
	items := object.Get("items")
	if !strings.HasSuffix(kind, "List") || items == nil {
		return f.add(apiVersion, kind, object)
	}
	var failed []error
	for _, item := range items.Items() {
		// A typed list as the API server writes it leaves these out of its items.
		itemVersion, itemKind := apiVersion, strings.TrimSuffix(kind, "List")
		if own := item.Get("kind").Text(); own != "" {
			itemVersion, itemKind = item.Get("apiVersion").Text(), own
		}
		failed = append(failed, f.add(itemVersion, itemKind, item))
	}
	return errors.Join(failed...)
}

func (f *Files) add(apiVersion, kind string, object *document.Node) error {
	if apiVersion != "v1" {
		return nil
	}
	metadata := object.Get("metadata")
	name := metadata.Get("name").Text()
	switch {
	case kind == "Namespace" && name != "":
		f.addNamespace(name, metadata)
	case kind == "ConfigMap" && MeshConfigMap(name) && metadata.Get("namespace").Text() == f.rootNamespace:
		config := object.At("data", MeshConfigKey)
		if config == nil {
			return nil
		}
		delivery, err := ParseDelivery(config.Text())
		if err != nil {
			return fmt.Errorf("ConfigMap %s/%s: %w", f.rootNamespace, name, err)
		}
		f.deliveries[delivery] = true
	}
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

// Relevant reports whether text can hold a document that Add would take something
// from. It lets most files of a large run be read once instead of twice.
func Relevant(text []byte) bool {
	return bytes.Contains(text, []byte("Namespace")) ||
		bytes.Contains(text, []byte("ConfigMap")) && bytes.Contains(text, []byte("istio"))
}
