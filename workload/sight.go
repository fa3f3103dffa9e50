package workload

import (
	"context"
	"time"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// lookTime bounds how long recognition waits for all the ConfigMaps of one object.
const lookTime = 100 * time.Millisecond

// maxConfigMaps bounds the ConfigMaps of one object that are asked for; those beyond
// are unknown. Charts have up to five.
const maxConfigMaps = 32

// sight is what recognition can look up beyond the object. A nil sight sees nothing.
type sight struct {
	ask   func(name string) (surroundings.ConfigMap, surroundings.Knowledge)
	asked map[string]*seenConfigMap
	// close ends the time for questions.
	close func()
}

// seenConfigMap is what was answered. Each text of it is made once, so that places in
// it can be compared.
type seenConfigMap struct {
	surroundings.ConfigMap
	knowledge surroundings.Knowledge
	texts     map[string]*ConfigText
}

// newSight looks at ConfigMaps of a namespace from now on.
func newSight(ctx context.Context, namespace string, around surroundings.Surroundings) *sight {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	return &sight{
		ask: func(name string) (surroundings.ConfigMap, surroundings.Knowledge) {
			return around.ConfigMap(ctx, namespace, name)
		},
		asked: map[string]*seenConfigMap{},
		close: cancel,
	}
}

// configMap returns a ConfigMap by its name. One that nothing is known of is empty.
func (s *sight) configMap(name string) *seenConfigMap {
	if s == nil || name == "" {
		return &seenConfigMap{}
	}
	if known, ok := s.asked[name]; ok {
		return known
	}
	if len(s.asked) == maxConfigMaps {
		return &seenConfigMap{}
	}
	answer := &seenConfigMap{}
	answer.ConfigMap, answer.knowledge = s.ask(name)
	answer.texts = make(map[string]*ConfigText, len(answer.Data))
	for key, text := range answer.Data {
		answer.texts[key] = &ConfigText{Text: text, ConfigMap: name, Key: key}
	}
	s.asked[name] = answer
	return answer
}

// text returns the text that a configMapKeyRef names. missing is true when there is
// certainly none, and the pod may start without it.
func (s *sight) text(ref *document.Node) (text *ConfigText, missing bool) {
	seen := s.configMap(ref.Get("name").Text())
	text = seen.texts[ref.Get("key").Text()]
	return text, text == nil && seen.knowledge != surroundings.Unknown && ref.Get("optional").IsTrue()
}
