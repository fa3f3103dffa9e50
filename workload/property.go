package workload

import (
	"iter"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Property returns the effective setting of a Kafka or ZooKeeper property by its own
// name, as in "quorumListenOnAllIPs". ok is false when nothing that can be seen sets
// it: the file may, where there is one.
//
// A setting that something sets without showing its value is there, with Known
// false: a secretKeyRef, a reference to one, or envFrom, whose variables cannot be
// seen. A variable in the open counts more than one that envFrom might bring.
func (p *Process) Property(name string) (setting Setting, ok bool) {
	for i := len(p.overrides) - 1; i >= 0; i-- {
		if p.overrides[i].name == name {
			return p.overrides[i].setting, true
		}
	}
	switch p.Reading {
	case Read:
		return p.fromEnvironment(name)
	case Unclear:
		// Whether the script reads the variable is anybody's guess.
		if at, ok := p.setBy(name); ok {
			return Setting{Node: at.variable.node, Source: FromEnv}, true
		}
		return Setting{}, false
	default:
		return p.fromScript(name)
	}
}

// Properties yields the properties of the process that something in the pod sets or
// a default is known of, sorted by name, each as Property returns it.
func (p *Process) Properties() iter.Seq2[string, Setting] {
	names := make(map[string]bool)
	for _, o := range p.overrides {
		names[o.name] = true
	}
	for _, w := range p.call.wrote {
		names[w.name] = w.name != ""
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
					if !v.commanded && !yield(v.node, name) {
						return
					}
				}
			}
		}
	}
}

// place is where an environment contract sets a property.
type place struct {
	source   *Source
	variable variable
	// entry is the table's word on the variable; nil for rules and lists.
	entry *Variable
}

// setBy returns the variable that decides a property: of those that are set in the
// open, the one that is applied last.
func (p *Process) setBy(name string) (place, bool) {
	sources := p.contract()
	for i := len(sources) - 1; i >= 0; i-- {
		for candidate := range sources[i].candidates(name) {
			set, ok := p.environment.get(candidate.variable.name)
			if !ok || set.unset || set.value == "" && set.known && sources[i].EmptyIsUnset {
				continue
			}
			if list := sources[i].List; list != nil && set.known {
				if _, ok := lastOf(list.entries(set.value), name); !ok {
					continue
				}
			}
			candidate.variable = set
			return candidate, true
		}
	}
	return place{}, false
}

func (p *Process) contract() []Source {
	if p.Distribution.Environment == nil {
		return nil
	}
	return p.Distribution.Environment.Sources
}

// candidates yields the variables of a source that could set a property.
func (s *Source) candidates(name string) iter.Seq[place] {
	return func(yield func(place) bool) {
		switch {
		case s.Rule != nil:
			if variableName, ok := s.Rule.variable(name); ok {
				yield(place{source: s, variable: variable{name: variableName}})
			}
		case s.List != nil:
			yield(place{source: s, variable: variable{name: s.List.Variable}})
		default:
			for _, variableName := range s.byProperty[name] {
				if !yield(place{source: s, variable: variable{name: variableName}, entry: s.Variables[variableName]}) {
					return
				}
			}
		}
	}
}

// properties are the properties that a source makes of a variable.
func (s *Source) properties(v variable) []string {
	switch {
	case s.Rule != nil:
		if name, ok := s.Rule.property(v.name); ok {
			return []string{name}
		}
	case s.List != nil:
		if v.name != s.List.Variable {
			return nil
		}
		var names []string
		for _, entry := range s.List.entries(v.value) {
			if name, _, ok := splitSetting(entry); ok {
				names = append(names, name)
			}
		}
		return names
	default:
		if entry, ok := s.Variables[v.name]; ok {
			return []string{entry.Property}
		}
	}
	return nil
}

// fromEnvironment reads a property of a process whose image reads the variables.
func (p *Process) fromEnvironment(name string) (Setting, bool) {
	contract := p.Distribution.Environment
	if at, ok := p.setBy(name); ok {
		return p.settingAt(at, name), true
	}
	for i := range contract.Sources {
		for candidate := range contract.Sources[i].candidates(name) {
			if node := p.file(candidate.variable.name); node != nil {
				return Setting{Node: node, Source: FromEnv}, true
			}
			if _, set := p.environment.get(candidate.variable.name); set {
				continue // set to nothing, or unset by the command
			}
			if node := p.environment.bringer(candidate.variable.name); node != nil {
				return Setting{Node: node, Source: FromEnv}, true
			}
		}
	}
	if p.underlain {
		return Setting{}, false
	}
	if contract.AllOrNothing && !p.hasVariables() {
		value, ok := contract.BuiltIn[name]
		return Setting{Value: value, Known: ok, Source: FromDefault}, ok
	}
	return p.byDefault(name)
}

// settingAt reads what a variable says of a property.
func (p *Process) settingAt(at place, name string) Setting {
	setting := Setting{Value: at.variable.value, Known: at.variable.known, Node: at.variable.node, Source: FromEnv}
	if node := p.file(at.variable.name); node != nil {
		return Setting{Node: node, Source: FromEnv}
	}
	if !setting.Known {
		return setting
	}
	switch {
	case at.entry != nil:
		setting.Value = at.entry.read(setting.Value)
	case at.source.List != nil:
		setting.Value, _ = lastOf(at.source.List.entries(setting.Value), name)
	}
	return setting
}

// file returns what names the file from which the image reads a variable, nil when
// nothing does.
func (p *Process) file(name string) *document.Node {
	suffix := p.Distribution.Environment.FileSuffix
	if suffix == "" {
		return nil
	}
	file, ok := p.environment.get(name + suffix)
	if !ok || file.unset || file.known && file.value == "" {
		return nil
	}
	return file.node
}

// lastOf finds the last property=value of a property, which is the one that counts.
func lastOf(entries []string, name string) (value string, ok bool) {
	for _, entry := range entries {
		if key, v, split := splitSetting(entry); split && key == name {
			value, ok = v, true
		}
	}
	return value, ok
}

// hasVariables reports whether the image finds a variable to make a property of.
func (p *Process) hasVariables() bool {
	for v := range p.environment.all {
		for i := range p.contract() {
			if len(p.contract()[i].properties(v)) > 0 {
				return true
			}
		}
	}
	return false
}

// byDefault returns what holds when nothing sets a property.
func (p *Process) byDefault(name string) (Setting, bool) {
	for _, derived := range p.Distribution.Derived {
		if derived.Property != name {
			continue
		}
		from, ok := p.Property(derived.From)
		if !ok || from.Known && from.Value == "" {
			continue
		}
		value := withHost(from.Value, derived.Host)
		if at, ok := p.setBy(derived.From); ok && !from.Known {
			// The host is what mostly cannot be seen, and it does not matter here.
			value = withHost(at.variable.shape, derived.Host)
			from.Known = value != "" && !strings.ContainsAny(value, "$`")
		}
		if !from.Known {
			value = ""
		}
		return Setting{Value: value, Known: from.Known, Source: FromDefault}, true
	}
	value, ok := p.Distribution.Defaults[name]
	return Setting{Value: value, Known: ok, Source: FromDefault}, ok
}

// withHost puts another host into each entry of a listeners value.
func withHost(listeners, host string) string {
	entries := strings.Split(listeners, ",")
	for i, entry := range entries {
		if name, _, port, ok := splitListener(entry); ok {
			entries[i] = name + "://" + host + ":" + port
		}
	}
	return strings.Join(entries, ",")
}

// fromScript finds a property among the lines that the container's script writes into
// the file that the server reads. The last line counts, unless a whole file is put in
// its place afterwards.
func (p *Process) fromScript(name string) (Setting, bool) {
	for i := len(p.call.wrote) - 1; i >= 0; i-- {
		w := p.call.wrote[i]
		if !p.readsFile(w.file) {
			continue
		}
		if w.name == "" {
			return Setting{}, false
		}
		if w.name == name {
			return w.setting, true
		}
	}
	return Setting{}, false
}

// readsFile reports whether a file that a script wrote is the one that the server
// reads. Where a directory stands in a variable, the file's name must do.
func (p *Process) readsFile(file string) bool {
	read := p.ConfigurationFile
	if read == "" {
		return slices.ContainsFunc(p.Distribution.Configuration, func(c ConfigurationFile) bool { return c.File == path.Base(file) }) ||
			p.Distribution.Product == ZooKeeperProduct && path.Base(file) == zooKeeperFile
	}
	if strings.ContainsAny(file+read, "$`") {
		return path.Base(file) == path.Base(read)
	}
	return path.Clean(file) == path.Clean(read)
}

// zooKeeperFile is the file that zkServer.sh reads when its command line names none.
const zooKeeperFile = "zoo.cfg"
