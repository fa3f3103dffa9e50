package workload

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// write notes the settings that echo, printf, cat and tee put into a file.
func (s *script) write(program string, arguments []word, here *syntax.Word) {
	target, text := s.target, ""
	for len(arguments) > 0 && len(arguments[0].text) > 1 && arguments[0].text[0] == '-' {
		arguments = arguments[1:]
	}
	switch program {
	case "echo":
		text = strings.ReplaceAll(join(arguments, " "), `\n`, "\n")
	case "printf":
		// printf 'a=b\n', or printf '%s\n' a=b.
		if len(arguments) > 1 && strings.HasPrefix(arguments[0].text, "%") {
			arguments = arguments[1:]
		}
		text = strings.ReplaceAll(join(arguments, "\n"), `\n`, "\n")
	case "tee":
		if len(arguments) > 0 {
			target = arguments[0].text
		}
	case "cat":
		if len(arguments) > 0 && target != "" {
			s.put(target)
		}
	}
	if here != nil {
		text, _ = s.parts(here.Parts, true)
	}
	if target == "" {
		return
	}
	for line := range strings.Lines(text) {
		name, value, ok := splitSetting(strings.TrimSpace(line))
		if !ok || strings.ContainsAny(name, "$` ") {
			continue
		}
		setting := Setting{Value: value, Known: s.branches == 0 && !strings.ContainsAny(value, "$`"), Node: s.node, Source: FromScript}
		if !setting.Known {
			setting.Value = ""
		}
		s.note(written{file: target, name: name, setting: setting})
	}
}

// place notes the file that cp and its relatives put in place.
func (s *script) place(arguments []word) {
	arguments = slices.DeleteFunc(slices.Clone(arguments), func(w word) bool { return strings.HasPrefix(w.text, "-") })
	if len(arguments) < 2 {
		return
	}
	to := arguments[len(arguments)-1].text
	s.put(to)
	for _, from := range arguments[:len(arguments)-1] {
		s.put(path.Join(to, path.Base(from.text)))
	}
}

func (s *script) put(file string) { s.note(written{file: file}) }

// note adds to what the calls to come know was written; those before keep theirs.
func (s *script) note(w written) { s.at.wrote = append(slices.Clip(s.at.wrote), w) }

func join(words []word, separator string) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return strings.Join(texts, separator)
}

// fromScript finds a property among the lines that the container's script writes into
// the file that the server reads. The last line counts, unless a whole file is put in
// its place afterwards.
func (p *Process) fromScript(name string) (Setting, bool) {
	for _, w := range slices.Backward(p.call.wrote) {
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
