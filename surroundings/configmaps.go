package surroundings

import (
	"maps"
	"slices"

	"github.com/sluice-dev/sluice/document"
)

// objectKey names an object of one kind.
type objectKey struct{ namespace, name string }

// configMaps are the ConfigMaps that documents describe.
type configMaps map[objectKey]described

// described is a ConfigMap; its knowledge is Unknown once two documents disagree.
type described struct {
	ConfigMap
	knowledge Knowledge
}

func (c configMaps) add(namespace, name string, doc *document.Document, object *document.Node) {
	key, read := objectKey{namespace, name}, readConfigMap(doc, object)
	if before, ok := c[key]; ok && !before.same(read) {
		c[key] = described{}
		return
	}
	c[key] = described{read, Found}
}

func readConfigMap(doc *document.Document, object *document.Node) ConfigMap {
	read := ConfigMap{Data: map[string]document.Text{}}
	for _, entry := range object.Get("data").Entries() {
		if entry.Kind == document.String {
			read.Data[entry.Key] = doc.Text(entry)
		}
	}
	for _, entry := range object.Get("binaryData").Entries() {
		read.Binary = append(read.Binary, entry.Key)
	}
	return read
}

// same reports whether two ConfigMaps hold the same, wherever that is written.
func (c ConfigMap) same(other ConfigMap) bool {
	return slices.Equal(c.Binary, other.Binary) &&
		maps.EqualFunc(c.Data, other.Data, func(a, b document.Text) bool { return a.Value == b.Value })
}
