package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxSize bounds a settings file, in bytes; a full one has less than a thousandth.
const maxSize = 1 << 20

// Load reads a settings file. mutators are the names that the key mutators may
// hold. An error names all that is wrong in the file, each with its position.
func Load(file string, mutators []string) (Settings, error) {
	opened, err := os.Open(file)
	if err != nil {
		return Settings{}, fmt.Errorf("reading the settings: %w", err)
	}
	defer func() { _ = opened.Close() }()
	data, err := io.ReadAll(io.LimitReader(opened, maxSize+1))
	if err != nil {
		return Settings{}, fmt.Errorf("reading the settings: %w", err)
	}
	return Parse(data, file, mutators)
}

// Parse reads the content of a settings file; name is how errors call it. What the
// file leaves out has its default. Unknown keys, keys that stand twice and values
// that are not allowed are errors.
func Parse(data []byte, name string, mutators []string) (Settings, error) {
	if len(data) > maxSize {
		return Settings{}, fmt.Errorf("%s: a settings file may have %d bytes at most", name, maxSize)
	}
	settings, r := Default(), reader{name: name}
	if root := r.parse(data); root != nil {
		r.mapping(root, "a settings file", field{"mode", func(n *yaml.Node) {
			choose(&r, n, &settings.Mode, Modes())
		}}, field{"mutators", func(n *yaml.Node) {
			settings.Mutators = map[string]Mode{}
			fields := make([]field, len(mutators))
			for i, mutator := range mutators {
				fields[i] = field{mutator, func(n *yaml.Node) {
					var mode Mode
					choose(&r, n, &mode, Modes())
					settings.Mutators[mutator] = mode
				}}
			}
			r.mapping(n, "mutators", fields...)
		}}, field{"mesh", func(n *yaml.Node) {
			r.mapping(n, "mesh", field{"rootNamespace", func(n *yaml.Node) {
				r.text(n, &settings.Mesh.RootNamespace)
			}}, field{"inboundDelivery", func(n *yaml.Node) {
				choose(&r, n, &settings.Mesh.InboundDelivery, Deliveries())
			}})
		}})
	}
	if len(r.problems) > 0 {
		return Settings{}, errors.Join(r.problems...)
	}
	return settings, nil
}

// field is a key that a mapping may hold, and what reads its value.
type field struct {
	key  string
	read func(*yaml.Node)
}

// reader walks the nodes of a settings file and gathers what is wrong in it.
type reader struct {
	name     string
	problems []error
}

func (r *reader) fail(line, column int, format string, arguments ...any) {
	message := fmt.Sprintf(format, arguments...)
	r.problems = append(r.problems, fmt.Errorf("%s:%d:%d: %s", r.name, line, column, message))
}

// parse returns the root of the only document, nil when the file says nothing.
func (r *reader) parse(data []byte) *yaml.Node {
	var documents []yaml.Node
	if err := yaml.Load(data, &documents, yaml.WithAllDocuments()); err != nil {
		if at, ok := errors.AsType[*yaml.LoadError](err); ok && at.Mark.Line > 0 {
			r.fail(at.Mark.Line, at.Mark.Column, "%s", at.Message)
		} else {
			r.problems = append(r.problems, fmt.Errorf("%s: %w", r.name, err))
		}
		return nil
	}
	if len(documents) > 1 {
		second := documents[1]
		r.fail(second.Line, second.Column, "a settings file holds one document, and this is a second one")
	}
	if len(documents) == 0 || len(documents[0].Content) == 0 {
		return nil
	}
	root := documents[0].Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil
	}
	return root
}

// mapping reads each value of a mapping by the field of that key. what names the
// mapping in messages.
func (r *reader) mapping(n *yaml.Node, what string, fields ...field) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		r.fail(n.Line, n.Column, "%s is a mapping of %s", what, keys(fields))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value })
		if key.Kind != yaml.ScalarNode || at < 0 {
			r.fail(key.Line, key.Column, "unknown key %q: %s has %s", key.Value, what, keys(fields))
			continue
		}
		if line, twice := seen[key.Value]; twice {
			r.fail(key.Line, key.Column, "%s stands here a second time; the first is in line %d", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		fields[at].read(value)
	}
}

// choose reads one of the allowed values. An unquoted off is fine, although YAML
// 1.1 calls it a boolean: no other reading makes sense here.
func choose[T ~string](r *reader, n *yaml.Node, into *T, allowed []T) {
	n = resolve(n)
	value := T(n.Value)
	if n.Kind != yaml.ScalarNode || !slices.Contains(allowed, value) {
		r.fail(n.Line, n.Column, "%s is not allowed here: use %s", shown(n), list(allowed, " or "))
		return
	}
	*into = value
}

// text reads a string that is not empty.
func (r *reader) text(n *yaml.Node, into *string) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Value == "" {
		r.fail(n.Line, n.Column, "%s is not allowed here: use a string that is not empty", shown(n))
		return
	}
	*into = n.Value
}

// resolve follows an alias. An anchor cannot stand inside itself here, since no
// field holds a mapping of its own kind.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func shown(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a sequence"
	case n.Tag == "!!null":
		return "no value"
	default:
		return fmt.Sprintf("%q", n.Value)
	}
}

func keys(fields []field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.key
	}
	return list(names, " and ")
}

// list writes "a, b or c".
func list[T ~string](names []T, last string) string {
	var text strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text.WriteString(last)
		default:
			text.WriteString(", ")
		}
		text.WriteString(string(name))
	}
	return text.String()
}
