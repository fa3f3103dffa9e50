package document

import "slices"

// The verbs of this file speak of pods: template is a pod or a pod template, a
// mapping with metadata and spec; container is an item of its containers.

// SetAnnotation sets an annotation of a pod or template.
func (e *Editor) SetAnnotation(template *Node, name, value string) {
	metadata := e.Ensure(template, "metadata", Mapping)
	e.setIn(metadata, "annotations", name, NewString(value))
}

// SetLabel sets a label of a pod or template.
func (e *Editor) SetLabel(template *Node, name, value string) {
	metadata := e.Ensure(template, "metadata", Mapping)
	e.setIn(metadata, "labels", name, NewString(value))
}

// SetSpec sets a field of a pod's spec.
func (e *Editor) SetSpec(template *Node, field string, value *Node) {
	e.setIn(template, "spec", field, value)
}

// AppendSpec puts a value at the end of a sequence of a pod's spec.
func (e *Editor) AppendSpec(template *Node, field string, value *Node) {
	e.appendTo(template.Get("spec"), field, value)
}

// setIn sets a key of the mapping that parent holds under name. When there is no
// mapping, one operation puts it there with the key in it.
func (e *Editor) setIn(parent *Node, name, key string, value *Node) {
	if current := parent.Get(name); current != nil && current.Kind == Mapping {
		e.Set(current, key, value)
		return
	}
	e.Set(parent, name, NewMapping(value.WithKey(key)))
}

// SetEnv gives the environment variable of a container a literal value. Where the
// variable stands more than once, the last one counts, as for the kubelet. A reference
// to a value elsewhere goes: the API server takes only one of the two.
func (e *Editor) SetEnv(container *Node, name, value string) {
	literal := NewMapping(NewString(name).WithKey("name"), NewString(value).WithKey("value"))
	switch entry := EnvEntry(container, name); {
	case entry == nil:
		e.appendTo(container, "env", literal)
	case entry.Get("valueFrom") != nil:
		e.Replace(entry, literal)
	default:
		e.Set(entry, "value", NewString(value))
	}
}

// EnvEntry returns the entry of the environment variable that counts, or nil.
func EnvEntry(container *Node, name string) *Node {
	entries := container.Get("env").Items()
	for _, entry := range slices.Backward(entries) {
		if entry.Get("name").Text() == name {
			return entry
		}
	}
	return nil
}

// AppendArgs puts arguments at the end of a container's args.
func (e *Editor) AppendArgs(container *Node, arguments ...string) {
	for _, argument := range arguments {
		e.appendTo(container, "args", NewString(argument))
	}
}

// AppendCommand puts words at the end of a container's command.
func (e *Editor) AppendCommand(container *Node, words ...string) {
	for _, word := range words {
		e.appendTo(container, "command", NewString(word))
	}
}

// AppendItem puts an item at the end of a sequence of a pod's spec or of a container,
// as in volumes or env.
func (e *Editor) AppendItem(parent *Node, name string, item *Node) { e.appendTo(parent, name, item) }

// appendTo appends to the sequence that parent holds under name. When there is no
// sequence, one operation puts it there with the value in it.
func (e *Editor) appendTo(parent *Node, name string, value *Node) {
	if current := parent.Get(name); current != nil && current.Kind == Sequence {
		e.Append(current, value)
		return
	}
	e.Set(parent, name, NewSequence(value))
}
