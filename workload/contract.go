package workload

import (
	"iter"
	"strings"
)

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
			if place, ok := p.variableFile(candidate.variable.name); ok {
				return Setting{Place: place, Source: FromEnv}, true
			}
			if _, set := p.environment.get(candidate.variable.name); set {
				continue // set to nothing, or unset by the command
			}
			if node := p.environment.bringer(candidate.variable.name); node != nil {
				return Setting{Place: At(node), Source: FromEnv}, true
			}
		}
	}
	if p.underlain {
		return p.fromFile(name)
	}
	if contract.AllOrNothing && !p.hasVariables() {
		value, ok := contract.BuiltIn[name]
		return Setting{Value: value, Known: ok, Source: FromDefault}, ok
	}
	return p.byDefault(name)
}

// settingAt reads what a variable says of a property.
func (p *Process) settingAt(at place, name string) Setting {
	setting := Setting{Value: at.variable.value, Known: at.variable.known, Place: at.variable.place, Source: FromEnv}
	if place, ok := p.variableFile(at.variable.name); ok {
		return Setting{Place: place, Source: FromEnv}
	}
	if !setting.Known {
		if at.entry == nil && at.source.List == nil {
			setting.Shape = at.variable.shape
		}
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

// variableFile returns what names the file from which the image reads a variable; ok
// is false when nothing does.
func (p *Process) variableFile(name string) (place Place, ok bool) {
	suffix := p.Distribution.Environment.FileSuffix
	if suffix == "" {
		return Place{}, false
	}
	file, ok := p.environment.get(name + suffix)
	if !ok || file.unset || file.known && file.value == "" {
		return Place{}, false
	}
	return file.place, true
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
