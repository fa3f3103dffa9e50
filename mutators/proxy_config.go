package mutators

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// proxySetting is one key of the proxy.istio.io/config annotation, which Istio
// merges over the mesh-wide proxy configuration when it injects its proxy.
type proxySetting struct {
	// config is what the annotation says so far.
	config *workload.ProxyConfig
	// keys lead to the value from the root of the configuration.
	keys  []string
	value *document.Node
	// message says what the setting does, for the report.
	message string
	// The reason codes of the three outcomes.
	set, merged, malformed verdict.Code
}

// apply puts the setting into the annotation and keeps all that a person wrote
// there: other keys, their order, their comments.
func (s proxySetting) apply(review *Review) {
	name := workload.ProxyConfigAnnotation
	current, near := review.annotation(name)
	if owner := review.Workload.ComparedBy(current); owner != nil {
		review.skip(verdict.OperatorOwned, near, fmt.Sprintf(
			"left the annotation %s alone, which %s compares with what its %s says; set %s in it there, in %s",
			name, owner.Operator, owner.Resource, strings.Join(s.keys, "."), owner.Annotations))
		return
	}
	reason, text := s.set, ""
	if s.config.Root == nil {
		text = string(s.whole().AppendJSON(nil))
	} else {
		var err error
		if text, err = document.EditText(current.Text(), s.merge); err != nil {
			review.skip(s.malformed, near, fmt.Sprintf("left the annotation %s alone: %v", name, err))
			return
		}
		if near.Source.Written { // rather than by a mutator before this one
			reason = s.merged
		}
	}
	review.change(reason, near, review.annotationPath(name), s.message,
		func(e *document.Editor) { e.SetAnnotation(review.pod(), name, text) })
}

// whole is a configuration with nothing but the setting.
func (s proxySetting) whole() *document.Node {
	node := s.value.Clone()
	for _, key := range slices.Backward(s.keys) {
		node = document.NewMapping(node.WithKey(key))
	}
	return node
}

// merge puts the setting into a configuration that is there. A field may be there
// under its protobuf name; Istio refuses a field that is written under both.
func (s proxySetting) merge(root *document.Node, e *document.Editor) {
	last := len(s.keys) - 1
	for _, key := range s.keys[:last] {
		if field := s.config.Field(key); field != nil {
			key = field.Key
		}
		root = e.Ensure(root, key, document.Mapping)
	}
	e.Set(root, s.keys[last], s.value.Clone())
}
