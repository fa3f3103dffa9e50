package workload

import (
	"fmt"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Place is where something is written: at a node of the object, within its text, or
// within a text of a ConfigMap that the node names.
type Place struct {
	// Node is the node of the object; nil for what nobody wrote, such as a default.
	Node *document.Node
	// Text is the text of the ConfigMap, nil when it is written in the object itself.
	Text *ConfigText
	// Offset is the byte offset in Text or else in the value of Node. It is -1 where
	// the text as a whole is meant.
	Offset int
}

// ConfigText is one text of a ConfigMap.
type ConfigText struct {
	document.Text
	// ConfigMap is the name of the ConfigMap, which is in the namespace of the object.
	ConfigMap string
	Key       string
}

// At is the place of a node.
func At(node *document.Node) Place { return Place{Node: node, Offset: -1} }

// Position returns where a place of an object of the document is, in whichever file
// that is. What comes from the API server has no position.
func (p Place) Position(doc *document.Document) document.Position {
	switch {
	case p.Text != nil && p.Offset < 0:
		return p.Text.Start()
	case p.Text != nil:
		return p.Text.Position(p.Offset)
	case doc == nil:
		return document.Position{}
	case p.Offset > 0 && p.Node.Source.Written && !p.Node.Source.Replaced:
		text := doc.Text(p.Node)
		return text.Position(p.Offset)
	default:
		return doc.Position(p.Node)
	}
}

// Within says in which line of which ConfigMap the place is: "line 3 of zoo.cfg in
// ConfigMap zookeeper". It is empty for a place of the object itself.
func (p Place) Within() string {
	switch {
	case p.Text == nil:
		return ""
	case p.Offset < 0:
		return p.Text.String()
	default:
		line := 1 + strings.Count(p.Text.Value[:min(p.Offset, len(p.Text.Value))], "\n")
		return fmt.Sprintf("line %d of %s", line, p.Text)
	}
}

// String names the text: "zoo.cfg in ConfigMap zookeeper".
func (t *ConfigText) String() string { return t.Key + " in ConfigMap " + t.ConfigMap }
