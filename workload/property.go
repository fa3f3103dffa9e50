package workload

import (
	"iter"
	"maps"
	"slices"

	"github.com/sluice-dev/sluice/document"
)

// Property returns the effective setting of a Kafka or ZooKeeper property by its own
// name, as in "quorumListenOnAllIPs". ok is false when nothing that can be seen sets
// it: the file may, where there is one that cannot be read.
//
// A setting that something sets without showing its value is there, with Known
// false: a secretKeyRef, a reference to one, or envFrom, whose variables cannot be
// seen unless they come from a ConfigMap that is at hand. A variable in the open counts more than one that envFrom might bring.
func (p *Process) Property(name string) (setting Setting, ok bool) {
	for _, o := range slices.Backward(p.overrides) {
		if o.name == name {
			return o.setting, true
		}
	}
	if setting, ok := p.fromRewrite(name); ok {
		return setting, true
	}
	switch p.Reading {
	case Read:
		if setting, ok := p.file.get(name); ok && p.generated() {
			return setting, true // by a line after those of the variables
		}
		return p.fromEnvironment(name)
	case Unclear:
		// Whether the script reads the variable is anybody's guess.
		if at, ok := p.setBy(name); ok {
			return Setting{Place: at.variable.place, Source: FromEnv}, true
		}
		return Setting{}, false
	default:
		return p.fromFile(name)
	}
}

// fromFile finds a property in the configuration file. Of a file that can be seen as a
// whole, what it does not say has the server's own default.
func (p *Process) fromFile(name string) (Setting, bool) {
	if setting, ok := p.file.get(name); ok {
		return setting, true
	}
	if !p.file.complete {
		return Setting{}, false
	}
	value, ok := serverDefaults[p.Distribution.Product][name]
	return Setting{Value: value, Known: ok, Source: FromDefault}, ok
}

// serverDefaults are what the servers themselves go by when their file does not say:
// QuorumPeerConfig and ServerCnxnFactory of apache/zookeeper, SocketServerConfigs of
// apache/kafka.
var serverDefaults = map[Product]map[string]string{
	ZooKeeperProduct: {"quorumListenOnAllIPs": "false", "standaloneEnabled": "true", "maxClientCnxns": "60", "admin.enableServer": "true"},
	KafkaProduct:     {"listeners": "PLAINTEXT://:9092"},
}

// Properties yields the properties of the process that something in the pod sets or
// a default is known of, sorted by name, each as Property returns it.
func (p *Process) Properties() iter.Seq2[string, Setting] {
	names := make(map[string]bool)
	for _, o := range p.overrides {
		names[o.name] = true
	}
	for name := range p.file.settings {
		names[name] = true
	}
	if contract := p.Distribution.Environment; contract != nil {
		for v := range p.environment.all {
			for i := range contract.Sources {
				for _, name := range contract.Sources[i].properties(v) {
					names[name] = true
				}
			}
		}
		for name := range contract.BuiltIn {
			names[name] = true
		}
	}
	for name := range p.Distribution.Defaults {
		names[name] = true
	}
	for _, derived := range p.Distribution.Derived {
		names[derived.Property] = true
	}
	return func(yield func(string, Setting) bool) {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if setting, ok := p.Property(name); ok && !yield(name, setting) {
				return
			}
		}
	}
}

// Ignored yields the variables of the container that the image would make properties
// of, had the command or a mounted file not taken them out of the game, with the name
// of the property.
func (p *Process) Ignored() iter.Seq2[*document.Node, string] {
	return func(yield func(*document.Node, string) bool) {
		if p.Reading != Bypassed && p.Reading != Hidden {
			return
		}
		for v := range p.environment.all {
			for i := range p.Distribution.Environment.Sources {
				for _, name := range p.Distribution.Environment.Sources[i].properties(v) {
					if !v.commanded && !yield(v.place.Node, name) {
						return
					}
				}
			}
		}
	}
}
