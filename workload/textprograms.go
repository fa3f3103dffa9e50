package workload

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The programs of a script that put a configuration together, by what they do to the
// text that goes through them. All else that puts something out puts out what cannot
// be seen.
var (
	// silent put out nothing, and leave files as they are.
	silent = []string{
		":", "true", "false", "[", "test", "set", "shopt", "cd", "mkdir", "chmod", "chown", "touch", "sleep",
		"read", "wait", "trap", "exit", "return", "break", "continue", "umask", "ulimit", "hash",
	}
	// filters pass on some lines of what they read.
	filters = []string{"grep", "egrep", "fgrep", "head", "tail", "uniq"}
	// readers only read the files that they name.
	readers = []string{"ls", "wc", "stat", "diff", "cmp", "sort", "awk", "cut", "tr", "find", "md5sum", "sha256sum", "readlink", "basename", "dirname"}
)

// handlesText follows a program that handles text or files; false for any other.
func (s *script) handlesText(words []word, args []*syntax.Word) bool {
	program, operands := path.Base(words[0].text), words[1:]
	switch {
	case program == "echo":
		s.echo(args[1:])
	case program == "printf":
		s.printf(args[1:])
	case program == "cat":
		s.put(s.inputs(files(operands, "")), false)
	case program == "tee":
		s.tee(operands)
	case program == "sed":
		s.sed(args[1:])
	case program == "envsubst":
		s.put(s.substitute(s.in, operands), false)
	case program == "replace_in_file":
		s.replaceInFile(args[1:])
	case slices.Contains(filters, program):
		s.filter(program, operands)
	case slices.Contains([]string{"cp", "mv", "ln", "install"}, program):
		s.place(program, operands)
	case program == "rm":
		for _, file := range files(operands, "") {
			s.change(file, func(content) content { return nil })
		}
	case slices.Contains(readers, program):
		s.hide()
	default:
		return slices.Contains(silent, program)
	}
	return true
}

// files are the operands that are no options. valued are the letters of the options
// that take a value.
func files(operands []word, valued string) []string {
	var all []string
	for i := 0; i < len(operands); i++ {
		text := operands[i].text
		if len(text) < 2 || text[0] != '-' {
			all = append(all, text)
			continue
		}
		if len(text) == 2 && strings.IndexByte(valued, text[1]) >= 0 {
			i++
		}
	}
	return all
}

// inputs is what a program reads: the files, or without any its input.
func (s *script) inputs(files []string) content {
	if len(files) == 0 {
		return s.in
	}
	var all content
	for _, file := range files {
		if file == "-" {
			all = append(all, s.in...)
			continue
		}
		all = append(all, s.reader.read(file)...)
	}
	return all
}

// echo puts out its operands. Whether it takes \n for the end of a line depends on the
// shell; whoever writes it means one.
func (s *script) echo(args []*syntax.Word) {
	open := false
	for len(args) > 0 {
		option := args[0].Lit()
		if len(option) < 2 || option[0] != '-' || strings.Trim(option[1:], "neE") != "" {
			break
		}
		open = open || strings.Contains(option, "n")
		args = args[1:]
	}
	if len(args) == 0 {
		return
	}
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = s.marked(arg)
	}
	text := strings.ReplaceAll(strings.Join(texts, " "), `\n`, "\n")
	s.put(s.linesOf(text, int(args[0].Pos().Offset()), int(args[len(args)-1].End().Offset())), open)
}

// printf puts out a format with its operands in the places of %s and the like, as
// often as there are operands.
func (s *script) printf(args []*syntax.Word) {
	if len(args) > 1 && args[0].Lit() == "--" {
		args = args[1:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0].Lit(), "-v") {
		return
	}
	format, operands := s.marked(args[0]), args[1:]
	for {
		text, used := s.format(format, operands)
		from := args[0] // where a line is written: its own operand, or the format
		if used > 0 && len(operands) > 0 {
			from = operands[0]
		}
		operands = operands[min(used, len(operands)):]
		s.put(s.linesOf(text, int(from.Pos().Offset()), int(from.End().Offset())), !strings.HasSuffix(text, "\n"))
		if used == 0 || len(operands) == 0 {
			return
		}
	}
}

// format fills a format once. used is how many operands it takes.
func (s *script) format(format string, operands []*syntax.Word) (text string, used int) {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		switch {
		case strings.HasPrefix(format[i:], `\n`):
			out.WriteByte('\n')
			i++
		case strings.HasPrefix(format[i:], `\t`):
			out.WriteByte('\t')
			i++
		case strings.HasPrefix(format[i:], "%%"):
			out.WriteByte('%')
			i++
		case format[i] == '%' && i+1 < len(format) && strings.IndexByte("sdbi", format[i+1]) >= 0:
			if used < len(operands) {
				operand := s.marked(operands[used])
				if format[i+1] == 'b' {
					operand = strings.ReplaceAll(operand, `\n`, "\n")
				}
				out.WriteString(operand)
			}
			used++
			i++
		case format[i] == '%':
			out.WriteString(hiddenMark) // a width, or another conversion
			used++
			for i+1 < len(format) && strings.IndexByte("-+# .0123456789", format[i+1]) >= 0 {
				i++
			}
			i++
		default:
			out.WriteByte(format[i])
		}
	}
	return out.String(), used
}

// tee writes its input into files, and passes it on.
func (s *script) tee(operands []word) {
	how := made
	if slices.ContainsFunc(operands, func(w word) bool { return w.text == "-a" || w.text == "--append" }) {
		how = added
	}
	for _, file := range files(operands, "") {
		s.write(file, s.in, how)
	}
	s.put(s.in, false)
}

// filter passes on some lines; which ones is unknown.
func (s *script) filter(program string, operands []word) {
	names := files(operands, "efABCmnc")
	if strings.HasSuffix(program, "grep") && len(names) > 0 {
		names = names[1:] // the pattern
	}
	s.put(s.inputs(names).unsure(), false)
}

// place follows cp and its relatives.
func (s *script) place(program string, operands []word) {
	names := files(operands, "mogtS")
	if len(names) < 2 {
		return
	}
	to := strings.TrimSuffix(names[len(names)-1], "/")
	trees := slices.ContainsFunc(operands, func(w word) bool {
		return len(w.text) > 1 && w.text[0] == '-' && strings.ContainsAny(w.text, "rRa")
	})
	for _, from := range names[:len(names)-1] {
		if directory, all := strings.CutSuffix(from, "/*"); all {
			s.reader.write(written{file: to, from: directory})
			continue
		}
		from = strings.TrimSuffix(from, "/.")
		if trees {
			s.reader.write(written{file: to, from: from})
			s.reader.write(written{file: path.Join(to, path.Base(from)), from: from})
			continue
		}
		lines := s.reader.read(from)
		s.write(to, lines, changed)
		s.write(path.Join(to, path.Base(from)), lines, changed)
		if program == "mv" {
			s.change(from, func(content) content { return nil })
		}
	}
}

// substitute replaces $NAME and ${NAME} as envsubst does: all that are in the
// environment, or those that an operand lists.
func (s *script) substitute(lines content, operands []word) content {
	listed := ""
	if len(operands) > 0 {
		listed = operands[0].text
	}
	lines = slices.Clone(lines)
	for i := range lines {
		lines[i].text = s.substituteIn(lines[i].text, listed)
	}
	return lines
}

func (s *script) substituteIn(text, listed string) string {
	var out strings.Builder
	for {
		dollar := strings.IndexByte(text, '$')
		if dollar < 0 {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:dollar])
		text = text[dollar:]
		name, length := cutReference(text)
		switch {
		case name == "" || listed != "" && !strings.Contains(listed, "$"+name) && !strings.Contains(listed, "${"+name+"}"):
			length = max(length, 1)
			out.WriteString(text[:length])
		default:
			set, ok := s.at.environment.get(name)
			if s.grown += len(set.value); !ok || !set.known || s.grown > maxExpanded {
				set.value = hiddenMark
			}
			out.WriteString(set.value)
		}
		text = text[length:]
	}
}

// cutReference reads $NAME or ${NAME} at the beginning of a text, and its length.
func cutReference(text string) (name string, length int) {
	rest, braces := strings.CutPrefix(text[1:], "{")
	end := 0
	for end < len(rest) && isVariableName(rest[:end+1]) {
		end++
	}
	if !braces {
		return rest[:end], 1 + end
	}
	if end == len(rest) || rest[end] != '}' {
		return "", 1
	}
	return rest[:end], len("${}") + end
}

// edits follows what a program that is not known may do to the files that it names:
// anything. A distribution's own programs are known from its row.
func (s *script) edits(words []word) {
	if s.setter(words) {
		return
	}
	s.hide()
	for _, w := range words[1:] {
		if slices.ContainsFunc(s.reader.wrote, func(before written) bool { return before.file == w.text && before.from == "" }) {
			s.change(w.text, func(content) content { return anything(w.place) })
		}
	}
}

// setter follows a program of a distribution that sets one property of a file.
func (s *script) setter(words []word) bool {
	setter := s.reader.catalogue.setters[words[0].text]
	if setter == nil {
		return false
	}
	file, known := s.lookUp(setter.FileVariable)
	if len(words) < 3 || !known {
		return true
	}
	property, value := words[1].text, words[2].text
	if !words[2].known {
		value = hiddenMark
	}
	set := line{text: property + "=" + value, sure: true, place: words[1].place, source: FromScript}
	s.write(file, content{set}, added)
	return true
}
