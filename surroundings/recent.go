package surroundings

import (
	"sync"
	"time"
)

// recentFor is how long an answer about a ConfigMap is given again: longer than a
// review with all its passes takes, and shorter than what replaces a pod takes after a
// change of its ConfigMap, since the old pod has to end first.
const recentFor = time.Second

// recentBytes bounds what is kept of such answers, in bytes. A ConfigMap has at most
// 1 MiB, and most have some kilobytes.
const recentBytes = 8 << 20

// recentConfigMaps are the answers of the last moment. The zero value holds none. It
// is safe for concurrent use; what two ask at the same time is asked twice.
type recentConfigMaps struct {
	mutex   sync.Mutex
	answers map[objectKey]answer
	bytes   int
}

type answer struct {
	configMap ConfigMap
	knowledge Knowledge
	until     time.Time
}

// get returns a recent answer, or else asks. That nobody answered is not remembered.
func (r *recentConfigMaps) get(key objectKey, ask func() (ConfigMap, Knowledge)) (ConfigMap, Knowledge) {
	r.mutex.Lock()
	known, ok := r.answers[key]
	r.mutex.Unlock()
	if ok && time.Now().Before(known.until) {
		return known.configMap, known.knowledge
	}
	configMap, knowledge := ask()
	if knowledge != Unknown {
		r.keep(key, answer{configMap, knowledge, time.Now().Add(recentFor)})
	}
	return configMap, knowledge
}

// keep makes room by dropping all there is: it is old after a second anyway.
func (r *recentConfigMaps) keep(key objectKey, given answer) {
	size := len(key.namespace) + len(key.name)
	for key, text := range given.configMap.Data {
		size += len(key) + len(text.Value)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.answers == nil || r.bytes+size > recentBytes {
		r.answers, r.bytes = map[objectKey]answer{}, 0
	}
	r.answers[key] = given
	r.bytes += size
}
