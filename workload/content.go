package workload

import (
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// hiddenMark stands in a line for what cannot be seen. No text of an object holds it.
const hiddenMark = "\x00"

// maxLines bounds the lines that scripts handle for one container; a script can double
// a file again and again. Files of configuration have some hundreds.
const maxLines = 20_000

// content is what is known of a file or of the output of a program.
type content []line

// line is one line, or, with any set, any number of lines that cannot be seen.
type line struct {
	// text is the line without its end, with hiddenMark in it for what cannot be seen.
	text string
	any  bool
	// sure is true when the line is certainly there, as it stands here.
	sure bool
	// place is where it is written, and source by which means it gets into the file.
	place  Place
	source Provenance
}

// anything is a content of which nothing is known. The place is what stands nearest.
func anything(place Place) content { return content{{any: true, place: place}} }

// hidden is the input of a script of which nothing is known. It is never changed.
var hidden = anything(Place{})

// contentOf returns the lines of a text of a ConfigMap, which a node of the object
// names.
func contentOf(text *ConfigText, node *document.Node) content {
	if strings.Contains(text.Value, hiddenMark) {
		return anything(At(node))
	}
	var lines content
	offset := 0
	for whole := range strings.Lines(text.Value) {
		lines = append(lines, line{
			text: strings.TrimRight(whole, "\r\n"), sure: true,
			place: Place{Node: node, Text: text, Offset: offset}, source: FromFile,
		})
		offset += len(whole)
	}
	return lines
}

// unsure returns the same lines, none of which is certain.
func (c content) unsure() content {
	c = slices.Clone(c)
	for i := range c {
		c[i].sure = false
	}
	return c
}
