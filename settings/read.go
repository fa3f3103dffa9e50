package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/sluice-dev/sluice/workload"
)

// maxSize bounds a settings file, in bytes; a full one has less than a thousandth.
const maxSize = 1 << 20

// Load reads a settings file. names are what it may name. An error names all that is
// wrong in the file, each with its position.
func Load(file string, names Names) (Settings, error) {
	opened, err := os.Open(file)
	if err != nil {
		return Settings{}, fmt.Errorf("reading the settings: %w", err)
	}
	defer func() { _ = opened.Close() }()
	data, err := io.ReadAll(io.LimitReader(opened, maxSize+1))
	if err != nil {
		return Settings{}, fmt.Errorf("reading the settings: %w", err)
	}
	return Parse(data, file, names)
}

// Parse reads the content of a settings file; name is how errors call it. What the
// file leaves out has its default. Unknown keys, keys that stand twice and values
// that are not allowed are errors.
func Parse(data []byte, name string, names Names) (Settings, error) {
	if len(data) > maxSize {
		return Settings{}, fmt.Errorf("%s: a settings file may have %d bytes at most", name, maxSize)
	}
	settings, r := Default(), reader{name: name, names: names}
	if root := r.parse(data); root != nil {
		r.mapping(root, "a settings file", field{"mode", func(n *yaml.Node) {
			choose(&r, n, &settings.Mode, Modes())
		}}, field{"mutators", func(n *yaml.Node) {
			settings.Mutators = map[string]Mode{}
			fields := make([]field, len(names.Mutators))
			for i, mutator := range names.Mutators {
				fields[i] = field{mutator, func(n *yaml.Node) {
					var mode Mode
					choose(&r, n, &mode, Modes())
					settings.Mutators[mutator] = mode
				}}
			}
			r.mapping(n, "mutators", fields...)
		}}, field{"actions", func(n *yaml.Node) {
			r.actions(n, &settings.Actions)
		}}, field{"waivers", func(n *yaml.Node) {
			r.waivers(n, &settings.Waivers)
		}}, field{"mesh", func(n *yaml.Node) {
			r.mapping(n, "mesh", field{"rootNamespace", func(n *yaml.Node) {
				r.text(n, &settings.Mesh.RootNamespace)
			}}, field{"inboundDelivery", func(n *yaml.Node) {
				choose(&r, n, &settings.Mesh.InboundDelivery, Deliveries())
			}})
		}}, field{"identity", func(n *yaml.Node) {
			r.identity(n, &settings.Identity)
		}}, field{"distributions", func(n *yaml.Node) {
			r.distributions(n, &settings.Distributions)
		}}, field{"images", func(n *yaml.Node) {
			r.images(n, &settings.Images)
		}}, field{"initOrdering", func(n *yaml.Node) {
			r.mapping(n, "initOrdering", field{"timeout", func(n *yaml.Node) {
				r.timeout(n, &settings.InitOrdering.Timeout)
			}})
		}})
	}
	if len(r.problems) > 0 {
		return Settings{}, errors.Join(r.problems...)
	}
	return settings, nil
}

func (r *reader) identity(n *yaml.Node, into *Identity) {
	r.mapping(n, "identity", field{"ports", func(n *yaml.Node) {
		r.ports(n, &into.Ports)
	}}, field{"trustDomain", func(n *yaml.Node) {
		r.text(n, &into.TrustDomain)
	}}, field{"image", func(n *yaml.Node) {
		r.text(n, &into.Image)
	}}, field{"imageVolume", func(n *yaml.Node) {
		r.truth(n, &into.ImageVolume)
	}}, field{"assumeProxy", func(n *yaml.Node) {
		r.truth(n, &into.AssumeProxy)
	}})
}

// distributions reads rows for the catalogue.
func (r *reader) distributions(n *yaml.Node, into *[]*workload.Distribution) {
	own, err := workload.ReadRows(n)
	*into = own
	for _, each := range each(err) {
		if at, ok := errors.AsType[*workload.RowError](each); ok {
			r.fail(at.Line, at.Column, "%v", at.Err)
		}
	}
}

// each returns the errors that were joined to one, at any depth.
func each(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, inner := range joined.Unwrap() {
		all = append(all, each(inner)...)
	}
	return all
}

// field is a key that a mapping may hold, and what reads its value.
type field struct {
	key  string
	read func(*yaml.Node)
}

// reader walks the nodes of a settings file and gathers what is wrong in it.
type reader struct {
	name     string
	names    Names
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

// truth reads true or false, as YAML 1.2 writes them.
func (r *reader) truth(n *yaml.Node, into *bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		r.fail(n.Line, n.Column, "%s is not allowed here: use true or false", shown(n))
		return
	}
	*into = strings.EqualFold(n.Value, "true")
}

// ports reads a sequence of numbers of ports.
func (r *reader) ports(n *yaml.Node, into *[]int) {
	n = resolve(n)
	if n.Kind != yaml.SequenceNode {
		r.fail(n.Line, n.Column, "%s is not allowed here: use a sequence of ports, as in [9092, 9093]", shown(n))
		return
	}
	ports := make([]int, 0, len(n.Content))
	for _, item := range n.Content {
		item = resolve(item)
		port, err := strconv.Atoi(item.Value)
		if item.Kind != yaml.ScalarNode || item.Tag != "!!int" || err != nil || port < 1 || port > HighestPort {
			r.fail(item.Line, item.Column, "%s is not allowed here: use a port, from 1 to %d", shown(item), HighestPort)
			continue
		}
		ports = append(ports, port)
	}
	*into = ports
}

func (r *reader) images(n *yaml.Node, into *Images) {
	r.mapping(n, "images", field{"registry", func(n *yaml.Node) {
		r.form(n, &into.Registry, registryForm, "a registry such as mirror.example.com:5000/sluice")
	}}, field{"pullSecrets", func(n *yaml.Node) {
		n = resolve(n)
		if n.Kind != yaml.SequenceNode {
			r.fail(n.Line, n.Column, "pullSecrets is a list of names of Secrets")
			return
		}
		for _, item := range n.Content {
			var name string
			r.form(item, &name, nameForm, "the name of a Secret")
			into.PullSecrets = append(into.PullSecrets, name)
		}
	}}, field{"wait", func(n *yaml.Node) {
		r.form(n, &into.Wait, imageForm, "an image with a digest, or with a tag other than latest")
		if strings.HasSuffix(into.Wait, movingTag) {
			r.fail(n.Line, n.Column, "%s is not allowed here: the tag latest moves; use one that does not, or a digest", shown(resolve(n)))
		}
	}})
}

var (
	registryForm = regexp.MustCompile(RegistryPattern)
	nameForm     = regexp.MustCompile(NamePattern)
	imageForm    = regexp.MustCompile(ImagePattern)
	timeoutForm  = regexp.MustCompile(TimeoutPattern)
)

// form reads a string of a form; what says what is allowed.
func (r *reader) form(n *yaml.Node, into *string, form *regexp.Regexp, what string) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Value == "" || !form.MatchString(n.Value) {
		r.fail(n.Line, n.Column, "%s is not allowed here: use %s", shown(n), what)
		return
	}
	*into = n.Value
}

// timeout reads a time such as 1m30s.
func (r *reader) timeout(n *yaml.Node, into *time.Duration) {
	var text string
	r.form(n, &text, timeoutForm, "a time such as 90s or 3m")
	if duration, err := time.ParseDuration(text); err == nil {
		*into = duration
	}
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

// open reads a mapping whose keys are anything that is not empty.
func (r *reader) open(n *yaml.Node, what string, read func(key, value *yaml.Node)) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		r.fail(n.Line, n.Column, "%s is a mapping", what)
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolve(n.Content[i])
		switch line, twice := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode || key.Value == "":
			r.fail(key.Line, key.Column, "%s is not allowed here: use a name", shown(key))
		case twice:
			r.fail(key.Line, key.Column, "%s stands here a second time; the first is in line %d", key.Value, line)
		default:
			seen[key.Value] = key.Line
			read(key, n.Content[i+1])
		}
	}
}
