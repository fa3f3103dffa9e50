package workload

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// process reads everything that is to be known of a process.
func (f found) process(pod, container *document.Node, r *reader) *Process {
	d := f.distribution
	p := &Process{
		Distribution: d, Container: container, pod: pod, Version: d.Version.of(r.tag),
		start: f.start, call: f.call, environment: f.call.environment,
	}
	if other := ofProduct(f.byImage, d.Product); other != nil && p.Version == "" {
		p.Version = other.Version.of(r.tag) // its image, started by an operator
	}
	if d.Owner != nil && d.Owner.made(pod) {
		p.Owner = d.Owner
	}
	if p.environment == nil {
		p.environment = r.environment
	}
	operands, _ := f.start.operands(f.call.words)
	if f.start.Assigns {
		p.assignArguments(operands)
	} else {
		p.ConfigurationFile = f.start.configurationFile(operands)
	}
	p.overrides = append(readOverrides(f.start.Override, operands), readOptions(f.start.Options, operands)...)
	p.readMounts(pod)
	p.Reading = p.reading()
	if f.unclear {
		p.Reading = Unclear
	}
	p.readConfiguration(r)
	product := d.Product
	if product == AnyProduct {
		product = r.declared.product()
	}
	if product != KafkaProduct {
		p.Role = Role(product)
		return p
	}
	p.readRoles(pod, r.declared, f.row.Roles)
	return p
}

// assignArguments takes NAME=value arguments as variables.
func (p *Process) assignArguments(operands []word) {
	copied := false
	for _, operand := range operands {
		name, value, ok := strings.Cut(operand.text, "=")
		if !ok || !isVariableName(name) {
			continue
		}
		if !copied {
			p.environment, copied = p.environment.copy(), true
		}
		p.environment.set(variable{name: name, value: value, known: operand.known, place: operand.place, commanded: true})
	}
}

// reading decides whether the environment is read.
func (p *Process) reading() Reading {
	d := p.Distribution
	configured := p.start.ReadsEnvironment || slices.ContainsFunc(p.call.ran, func(program string) bool {
		return slices.Contains(d.Configures, program)
	})
	switch {
	case d.Environment == nil:
		return NoContract
	case !configured || p.scriptReplacesFile():
		return Bypassed
	case p.mounted != nil:
		return Hidden
	default:
		return Read
	}
}

// scriptReplacesFile reports whether the container's own script puts the file in
// place that the image then takes instead of the variables.
func (p *Process) scriptReplacesFile() bool {
	for _, file := range p.Distribution.Configuration {
		if file.Effect != Replaces {
			continue
		}
		_, whole := file.locate(p.environment)
		if p.replaced(whole) {
			return true
		}
	}
	return false
}

// replaced reports whether the file is no longer what a program of the image has made of
// the variables, or will not be made: a line that is added to what was made is no harm.
func (p *Process) replaced(file string) bool {
	replaced, made := false, false
	for _, w := range p.call.wrote {
		if path.Clean(w.file) != file {
			continue
		}
		made = w.how == generated || made && w.how == added
		replaced = !made
	}
	return replaced
}

// generated reports whether a program of the image has made the configuration before, so
// that the script can have added to it.
func (p *Process) generated() bool {
	return slices.ContainsFunc(p.call.wrote, func(w written) bool { return w.how == generated })
}

// locate returns where the image looks for a configuration file: the directory, and
// the file with it.
func (file *ConfigurationFile) locate(env *environment) (directory, whole string) {
	if file.DirectoryVariable != "" {
		if moved, ok := env.get(file.DirectoryVariable); ok && moved.known && path.IsAbs(moved.value) {
			return path.Clean(moved.value), path.Join(moved.value, file.File)
		}
	}
	return file.Directory, file.whole
}

// readMounts looks for mounted configuration files.
func (p *Process) readMounts(pod *document.Node) {
	for _, file := range p.Distribution.Configuration {
		directory, whole := file.locate(p.environment)
		looked := false // a path can be mounted once, so one look at the directory is enough
		for _, mount := range p.Container.Get("volumeMounts").Items() {
			switch path.Clean(mount.Get("mountPath").Text()) {
			case whole:
			case directory:
				if looked {
					continue
				}
				if looked = true; isScratch(pod, mount) {
					continue
				}
			default:
				continue
			}
			if file.Effect == Underlies {
				p.underlain = true
			} else if p.mounted == nil {
				p.mounted = mount
			}
		}
	}
}

// isScratch reports whether a mounted directory is an empty one that nothing fills
// before the container starts, as charts mount it over a read-only root.
func isScratch(pod, mount *document.Node) bool {
	name, subPath := mount.Get("name").Text(), mount.Get("subPath").Text()
	volumes := pod.At("spec", "volumes").Items()
	if !slices.ContainsFunc(volumes, func(v *document.Node) bool { return v.Get("name").Text() == name && v.Get("emptyDir") != nil }) {
		return false
	}
	for _, container := range pod.At("spec", "initContainers").Items() {
		for _, other := range container.Get("volumeMounts").Items() {
			if other.Get("name").Text() != name {
				continue
			}
			if path := other.Get("subPath").Text(); path == subPath || path == "" || subPath == "" {
				return false
			}
		}
	}
	return true
}

// readRoles decides the roles of a Kafka process: by process.roles, or else by what the
// pod declares, the evidence that the distribution knows, or the row that the start comes
// from.
func (p *Process) readRoles(pod *document.Node, declared declaration, hints []RoleHint) {
	p.Role = Broker
	roles, set := p.Property("process.roles")
	value := roles.Value
	if !set || !roles.Known {
		value = cmp.Or(declared.processRoles(), p.hintedRoles(pod, p.Distribution.Roles), p.hintedRoles(pod, hints))
	}
	_, given := p.setBy("process.roles") // envFrom might give it, or might not
	p.KRaft = value != "" || set && !roles.Known && given || p.needsNoZooKeeper()
	names := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	p.Controller = slices.Contains(names, string(Controller))
	if p.Controller && !slices.Contains(names, string(Broker)) {
		p.Role = Controller
	}
}

func (p *Process) hintedRoles(pod *document.Node, hints []RoleHint) string {
	for _, hint := range hints {
		switch {
		case !hasLabels(pod, hint.Labels),
			hint.PortName != "" && !p.declaresPort(hint.PortName),
			hint.File != "" && !strings.HasSuffix(p.ConfigurationFile, hint.File):
			continue
		}
		return hint.Roles
	}
	return ""
}

// hasLabels reports whether a pod has all of the labels.
func hasLabels(pod *document.Node, labels map[string]string) bool {
	for label, value := range labels {
		if pod.At("metadata", "labels", label).Text() != value {
			return false
		}
	}
	return true
}

func (p *Process) declaresPort(name string) bool {
	return slices.ContainsFunc(p.Container.Get("ports").Items(), func(port *document.Node) bool {
		return port.Get("name").Text() == name
	})
}

// needsNoZooKeeper goes by the version, Kafka 4 having dropped ZooKeeper, and by the
// variables that only a process without it is given.
func (p *Process) needsNoZooKeeper() bool {
	major, _, _ := strings.Cut(p.Version, ".")
	if len(major) > 1 || major >= "4" {
		return true
	}
	return slices.ContainsFunc(p.Distribution.KRaftVariables, func(name string) bool {
		set, ok := p.environment.get(name)
		return ok && !set.unset && (!set.known || set.value != "")
	})
}

// override is one property that an option of the command line sets.
type override struct {
	name    string
	setting Setting
	word    word
	// prefix is what stands before the property in the word: "--override=".
	prefix string
}

// readOptions reads the options that take the value of one property each.
func readOptions(options map[string]string, operands []word) []override {
	if len(options) == 0 {
		return nil
	}
	var all []override
	for _, word := range operands {
		option, value, _ := strings.Cut(word.text, "=")
		property, ok := options[option]
		if !ok {
			continue
		}
		setting := Setting{Value: value, Known: word.known, Place: word.place, Source: FromArgument}
		if !word.known {
			setting.Value = ""
		}
		all = append(all, override{name: property, setting: setting, word: word, prefix: option + "="})
	}
	return all
}

// readOverrides reads "--override property=value" and "--override=property=value".
func readOverrides(option string, operands []word) []override {
	if option == "" {
		return nil
	}
	var all []override
	for i := 0; i < len(operands); i++ {
		word, prefix := operands[i], ""
		switch {
		case word.text == option && i+1 < len(operands):
			i++
			word = operands[i]
		case strings.HasPrefix(word.text, option+"="):
			prefix = option + "="
		default:
			continue
		}
		name, value, ok := strings.Cut(word.text[len(prefix):], "=")
		if !ok || strings.ContainsAny(name, "$`") {
			continue
		}
		setting := Setting{Value: value, Known: word.known, Place: word.place, Source: FromArgument}
		if !word.known {
			setting.Value, setting.Shape = "", value
		}
		all = append(all, override{name: name, setting: setting, word: word, prefix: prefix})
	}
	return all
}
