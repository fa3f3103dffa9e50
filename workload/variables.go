package workload

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Variable returns an environment variable as the process gets it: from the container,
// or from what its command does before. ok is false when nothing that can be seen sets
// it.
func (p *Process) Variable(name string) (setting Setting, ok bool) {
	v, ok := p.environment.get(name)
	if !ok || v.unset {
		return Setting{}, false
	}
	return v.setting(), true
}

// Variables yields the variables that are set in the open, in their order.
func (p *Process) Variables() iter.Seq2[string, Setting] {
	return func(yield func(string, Setting) bool) {
		for v := range p.environment.all {
			if !v.unset && !yield(v.name, v.setting()) {
				return
			}
		}
	}
}

func (v *variable) setting() Setting {
	return Setting{Value: v.value, Known: v.known, Place: v.place, Source: FromEnv}
}

// Bringer reports whether something brings the process variables whose names cannot be
// seen, of which name may be one.
func (p *Process) Bringer(name string) bool { return p.environment.bringer(name) != nil }

// Complete reports whether a property of which Property says nothing is certainly set
// nowhere. It is false where the configuration can be seen in part only.
func (p *Process) Complete() bool {
	switch p.Reading {
	case Read:
		return !p.underlain || p.file.complete
	case Unclear:
		return false
	default:
		return p.file.complete
	}
}

// Lines yields the properties that the command line sets, in its order, and then those
// of the configuration file, sorted by name.
func (p *Process) Lines() iter.Seq2[string, Setting] {
	return func(yield func(string, Setting) bool) {
		for _, o := range p.overrides {
			if !yield(o.name, o.setting) {
				return
			}
		}
		if p.Reading == Read && !p.underlain || p.Reading == Unclear {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(p.file.settings)) {
			if !yield(name, p.file.settings[name]) {
				return
			}
		}
	}
}

// Option is an option of the Java virtual machine, such as -Xmx1g.
type Option struct {
	Text string
	Place
}

// javaVariables are the variables from which the JVM, Kafka's kafka-run-class.sh and
// ZooKeeper's zkServer.sh take options, in the order in which they count.
var javaVariables = []string{
	"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "KAFKA_HEAP_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_JMX_OPTS",
	"KAFKA_OPTS", "SERVER_JVMFLAGS", "JVMFLAGS", "_JAVA_OPTIONS",
}

// JavaOptions returns the options that the Java virtual machine of the process is given
// in the open. What is not known of a variable stands in its words as it is written.
func (p *Process) JavaOptions() []Option {
	var options []Option
	for _, name := range javaVariables {
		v, ok := p.environment.get(name)
		if !ok || v.unset {
			continue
		}
		text := v.value
		if !v.known {
			text = v.shape
		}
		options = appendOptions(options, text, v.place, v.known)
	}
	if words := p.call.words; len(words) > 1 && words[0].text != "" {
		for _, w := range words[1:] {
			if !strings.HasPrefix(w.text, "-") {
				break // the class, or the file of the configuration
			}
			options = append(options, Option{w.text, w.place})
		}
	}
	return options
}

// appendOptions splits text at white space. An offset is that in the value as it is
// written, which it is unless the kubelet has replaced something in it.
func appendOptions(options []Option, text string, at Place, exact bool) []Option {
	written := at.Node != nil && exact && (at.Text != nil || scalar(at.Node) == text)
	rest, offset := text, 0
	for {
		trimmed := strings.TrimLeft(rest, " \t\r\n")
		offset += len(rest) - len(trimmed)
		if trimmed == "" {
			return options
		}
		end := strings.IndexAny(trimmed, " \t\r\n")
		if end < 0 {
			end = len(trimmed)
		}
		place := at
		if written && at.Offset < 0 {
			place.Offset = offset
		}
		options = append(options, Option{trimmed[:end], place})
		rest, offset = trimmed[end:], offset+end
	}
}

// Words yields the words of the container's command and args that can be seen.
func (p *Process) Words() iter.Seq2[string, Place] {
	return func(yield func(string, Place) bool) {
		for _, items := range [][]*document.Node{p.Container.Get("command").Items(), p.Container.Get("args").Items()} {
			for _, item := range items {
				if !yield(scalar(item), At(item)) {
					return
				}
			}
		}
	}
}
