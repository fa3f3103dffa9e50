package workload

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// maxExpanded bounds, in bytes, what the references to other variables in one
// container may grow to: each can double what it refers to. What is longer counts as
// unknown.
const maxExpanded = 1 << 20

// environment is the environment of a container as far as the pod tells: what the
// kubelet makes of env and envFrom, and on top of it what the command does before it
// starts the server.
type environment struct {
	// parent is what this one adds to, nil for the container's own.
	parent *environment
	// variables are in the order in which they are set; each name stands once.
	variables []variable
	// index finds variables by name where there are many.
	index map[string]int
	// from are the sources of envFrom whose variables are not visible.
	from []unseen
	// links is true when the kubelet may add service-link variables.
	links bool
	// expanded is how many bytes references have grown to.
	expanded int
}

// variable is one variable that is set in the open.
type variable struct {
	name  string
	value string
	// known is false when the value cannot be seen; value is empty then.
	known bool
	// shape is a value that cannot be seen as a whole, with what cannot be seen as it
	// is written: "PLAINTEXT://$(POD_IP):9092".
	shape string
	// place is where the value is written.
	place Place
	// commanded is true when the command sets or unsets the variable, so that the
	// container's env has no say.
	commanded bool
	// unset is true after an unset by the command.
	unset bool
}

// unseen is something that brings variables whose names cannot be seen.
type unseen struct {
	node   *document.Node
	prefix string
}

// readEnvironment reads the environment of a container.
func readEnvironment(pod, container *document.Node, see *sight) *environment {
	env := new(environment)
	env.links = !pod.At("spec", "enableServiceLinks").IsFalse()
	entries := container.Get("env").Items()
	env.variables = make([]variable, 0, len(entries))
	for _, source := range container.Get("envFrom").Items() {
		env.readFrom(source, see)
	}
	for _, entry := range entries {
		name := entry.Get("name").Text()
		if name == "" {
			continue
		}
		set := variable{name: name, known: true, place: At(entry)}
		value, from := entry.Get("value"), entry.Get("valueFrom")
		switch {
		case from != nil && from.Kind != document.Null:
			text, missing := see.text(from.Get("configMapKeyRef"))
			if missing {
				continue // the kubelet leaves such a variable as it is
			}
			set.place, set.known = At(from), text != nil
			set.take(text)
		case value != nil:
			set.place, set.shape = At(value), scalar(value)
			set.value, set.known = env.expand(set.shape)
		}
		env.set(set)
	}
	return env
}

// readFrom reads the variables that a source of envFrom brings.
func (e *environment) readFrom(source *document.Node, see *sight) {
	ref, prefix := source.Get("configMapRef"), source.Get("prefix").Text()
	seen := see.configMap(ref.Get("name").Text())
	switch {
	case seen.knowledge == surroundings.Found:
		for _, key := range slices.Sorted(maps.Keys(seen.texts)) {
			set := variable{name: prefix + key, known: true, place: At(source)}
			set.take(seen.texts[key])
			e.set(set)
		}
	case seen.knowledge == surroundings.Absent && ref.Get("optional").IsTrue():
	default:
		e.from = append(e.from, unseen{source, prefix})
	}
}

// SourceName says where a valueFrom or an entry of envFrom takes its values from: "key
// listen of ConfigMap zookeeper". It is empty for any other node.
func SourceName(from *document.Node) string {
	for field, named := range map[string]string{"configMapKeyRef": "ConfigMap", "configMapRef": "ConfigMap", "secretKeyRef": "Secret", "secretRef": "Secret"} {
		ref := from.Get(field)
		name, key := ref.Get("name").Text(), ref.Get("key").Text()
		switch {
		case name == "":
		case key == "":
			return named + " " + name
		default:
			return "key " + key + " of " + named + " " + name
		}
	}
	return ""
}

// take gives a variable the value of a text; the kubelet replaces nothing in it.
func (v *variable) take(text *ConfigText) {
	if text != nil {
		v.value, v.shape, v.place.Text = text.Value, text.Value, text
	}
}

// scalar is the text of a value: the API server takes only strings, but a file may
// hold what was meant to be one.
func scalar(n *document.Node) string {
	switch n.Kind {
	case document.String, document.Number, document.Bool:
		return n.Value
	default:
		return ""
	}
}

// set gives a variable its value; the last one counts.
func (e *environment) set(v variable) {
	if !v.known {
		v.value = ""
	}
	if i := e.find(v.name); i >= 0 {
		e.variables[i] = v
		return
	}
	e.variables = append(e.variables, v)
	switch {
	case e.index != nil:
		e.index[v.name] = len(e.variables) - 1
	case len(e.variables) > 64:
		e.index = make(map[string]int, 2*len(e.variables))
		for i := range e.variables {
			e.index[e.variables[i].name] = i
		}
	}
}

// find returns the place of a variable in e itself, or -1.
func (e *environment) find(name string) int {
	if e.index != nil {
		if i, ok := e.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range e.variables {
		if e.variables[i].name == name {
			return i
		}
	}
	return -1
}

// get returns a variable that is set, or was unset by the command.
func (e *environment) get(name string) (variable, bool) {
	for ; e != nil; e = e.parent {
		if i := e.find(name); i >= 0 {
			return e.variables[i], true
		}
	}
	return variable{}, false
}

// child returns an environment that can be changed without changing e, provided that
// e is not changed any more.
func (e *environment) child() *environment {
	return &environment{parent: e, from: e.from, links: e.links}
}

// copy returns a copy that can be changed while e is used.
func (e *environment) copy() *environment {
	copied := *e
	copied.variables, copied.index = slices.Clone(e.variables), maps.Clone(e.index)
	return &copied
}

// all yields the variables that are set in the open.
func (e *environment) all(yield func(variable) bool) {
	for level := e; level != nil; level = level.parent {
		for _, v := range level.variables {
			if now, _ := e.get(v.name); now.unset || now.place != v.place {
				continue // hidden by what the command does
			}
			if !yield(v) {
				return
			}
		}
	}
}

// bringer returns what may bring a variable of that name from where nobody can look,
// nil when nothing does.
func (e *environment) bringer(name string) *document.Node {
	for _, source := range e.from {
		if strings.HasPrefix(name, source.prefix) {
			return source.node
		}
	}
	return nil
}

// expand replaces $(NAME) as the kubelet does: by a variable that is set before,
// "$$" standing for one dollar; a name that nothing sets stays as it is written.
// known is false when the value depends on what cannot be seen.
func (e *environment) expand(text string) (expanded string, known bool) {
	dollar := strings.IndexByte(text, '$')
	if dollar < 0 || dollar == len(text)-1 {
		return text, true
	}
	var out strings.Builder
	for dollar >= 0 && dollar < len(text)-1 {
		out.WriteString(text[:dollar])
		rest := text[dollar+1:]
		end := strings.IndexByte(rest, ')')
		switch {
		case rest[0] == '$':
			out.WriteByte('$')
			text = rest[1:]
		case rest[0] != '(' || end < 0:
			out.WriteString(text[dollar : dollar+2])
			text = rest[1:]
		default:
			name := rest[1:end]
			value, ok := e.get(name)
			switch {
			case ok && !value.known:
				return "", false
			case ok:
				out.WriteString(value.value)
			case e.mayComeFromOutside(name):
				return "", false
			default:
				out.WriteString("$(" + name + ")")
			}
			text = rest[end+1:]
		}
		dollar = strings.IndexByte(text, '$')
		if e.expanded+out.Len() > maxExpanded {
			return "", false
		}
	}
	out.WriteString(text)
	e.expanded += out.Len()
	return out.String(), true
}

// mayComeFromOutside reports whether a variable that the container does not set can
// be there all the same: by envFrom, or from a Service.
func (e *environment) mayComeFromOutside(name string) bool {
	if e.bringer(name) != nil {
		return true
	}
	isLink := strings.HasSuffix(name, "_SERVICE_HOST") || strings.HasSuffix(name, "_PORT") ||
		strings.Contains(name, "_SERVICE_PORT") || strings.Contains(name, "_PORT_")
	// The API server's own Service is announced even without service links.
	return isLink && (e.links || strings.HasPrefix(name, "KUBERNETES_"))
}
