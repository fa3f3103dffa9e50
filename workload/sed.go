package workload

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// edit is one command of sed: s, or d when it deletes.
type edit struct {
	// only limits the command to lines that match; nil is all lines.
	only *regexp.Regexp
	// pattern is what s looks for; guessed is true when a part of it cannot be seen and
	// may be any text.
	pattern     *regexp.Regexp
	guessed     bool
	replacement string
	all         bool
	deletes     bool
}

// invocation is a command line of sed.
type invocation struct {
	scripts, files    []string
	extended, inPlace bool
	// known is false when it has an option that is not.
	known bool
}

// sedOptions reads a command line of sed.
func (s *script) sedOptions(args []*syntax.Word) invocation {
	called := invocation{known: true}
	for i := 0; i < len(args); i++ {
		text := s.marked(args[i])
		switch option, isOption := strings.CutPrefix(text, "-"); {
		case !isOption || option == "":
			called.files = append(called.files, s.word(args[i]).text)
			if len(called.scripts) == 0 {
				called.scripts, called.files = []string{text}, called.files[:len(called.files)-1]
			}
		case option == "e" || option == "-expression":
			if i++; i < len(args) {
				called.scripts = append(called.scripts, s.marked(args[i]))
			}
		case option == "E" || option == "r" || option == "-regexp-extended":
			called.extended = true
		case option == "Ei" || option == "ri" || option == "iE" || option == "ir":
			called.extended, called.inPlace = true, true
		case option[0] == 'i' || strings.HasPrefix(option, "-in-place"):
			called.inPlace = true
		default:
			called.known = false
			if option == "f" {
				i++
				called.scripts = append(called.scripts, "")
			}
		}
	}
	return called
}

// sed follows sed: its files one after the other, in place or to its output.
func (s *script) sed(args []*syntax.Word) {
	called := s.sedOptions(args)
	edits, ok := parseSed(strings.Join(called.scripts, "\n"), called.extended)
	apply := func(lines content) content {
		if !called.known || !ok {
			return anything(s.source.place)
		}
		return edited(lines, edits)
	}
	if !called.inPlace {
		s.put(apply(s.inputs(called.files)), false)
		return
	}
	for _, file := range called.files {
		s.change(file, apply)
	}
}

// replaceInFile follows the function of Bitnami's images (libfile.sh): a file, what to
// look for as sed -E does, and what to put there, in all of the file.
func (s *script) replaceInFile(args []*syntax.Word) {
	if len(args) < 3 {
		return
	}
	pattern, ok := compile(s.marked(args[1]), true, false)
	found := edit{pattern: pattern, guessed: strings.Contains(s.marked(args[1]), hiddenMark), replacement: s.marked(args[2]), all: true}
	s.change(s.word(args[0]).text, func(lines content) content {
		if !ok {
			return anything(s.source.place)
		}
		return edited(lines, []edit{found})
	})
}

// parseSed reads a script of the commands s and d, each for all lines or for those
// that match; false for any other.
func parseSed(script string, extended bool) (edits []edit, ok bool) {
	for {
		script = strings.TrimLeft(script, " \t\n;")
		if script == "" {
			return edits, true
		}
		var e edit
		if script[0] == '/' {
			pattern, rest, closed := cutDelimited(script[1:], '/')
			if e.only, ok = compile(pattern, extended, false); !ok || !closed || strings.Contains(pattern, hiddenMark) {
				return nil, false
			}
			script = strings.TrimLeft(rest, " \t")
		}
		switch {
		case strings.HasPrefix(script, "d"):
			e.deletes, script = true, script[1:]
		case len(script) > 1 && script[0] == 's':
			if script, ok = e.parseSubstitution(script[1:], extended); !ok {
				return nil, false
			}
		default:
			return nil, false
		}
		if script = strings.TrimLeft(script, " \t"); script != "" && script[0] != ';' && script[0] != '\n' {
			return nil, false
		}
		edits = append(edits, e)
	}
}

// parseSubstitution reads what stands behind the s, and returns what follows it.
func (e *edit) parseSubstitution(script string, extended bool) (rest string, ok bool) {
	delimiter := script[0]
	pattern, rest, closed := cutDelimited(script[1:], delimiter)
	if !closed {
		return "", false
	}
	if e.replacement, rest, closed = cutDelimited(rest, delimiter); !closed {
		return "", false
	}
	folds := false
flags:
	for ; rest != ""; rest = rest[1:] {
		switch rest[0] {
		case 'g':
			e.all = true
		case 'i', 'I':
			folds = true
		default:
			break flags
		}
	}
	e.guessed = strings.Contains(pattern, hiddenMark)
	e.pattern, ok = compile(pattern, extended, folds)
	return rest, ok
}

// cutDelimited cuts a text at the first delimiter that no backslash stands before.
func cutDelimited(text string, delimiter byte) (before, after string, found bool) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			if i++; text[i] != delimiter {
				out.WriteByte('\\')
			}
			out.WriteByte(text[i])
		case text[i] == delimiter:
			return out.String(), text[i+1:], true
		default:
			out.WriteByte(text[i])
		}
	}
	return "", "", false
}

// compile translates a regular expression of sed, basic or extended. What cannot be
// seen in it is any text.
func compile(pattern string, extended, folds bool) (*regexp.Regexp, bool) {
	var out strings.Builder
	if folds {
		out.WriteString("(?i)")
	}
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		special := strings.IndexByte("(){}|+?", c) >= 0
		switch {
		case c == hiddenMark[0]:
			out.WriteString(".*")
		case c == '[':
			end := bracketEnd(pattern, i)
			if end < 0 {
				return nil, false
			}
			out.WriteString(strings.ReplaceAll(pattern[i:end], `\`, `\\`))
			i = end - 1
		case c == '\\' && i+1 < len(pattern):
			i++
			switch next := pattern[i]; {
			case !extended && strings.IndexByte("(){}|+?", next) >= 0:
				out.WriteByte(next)
			case next >= '1' && next <= '9':
				return nil, false // RE2 has no way to look for a group again
			default:
				out.WriteByte('\\')
				out.WriteByte(next)
			}
		case special && !extended:
			out.WriteByte('\\')
			out.WriteByte(c)
		default:
			out.WriteByte(c)
		}
	}
	compiled, err := regexp.Compile(out.String())
	return compiled, err == nil
}

// bracketEnd returns the offset behind a bracket expression. A closing bracket that
// comes first is one of its characters.
func bracketEnd(pattern string, start int) int {
	i := start + 1
	if i < len(pattern) && pattern[i] == '^' {
		i++
	}
	if i < len(pattern) && pattern[i] == ']' {
		i++
	}
	for ; i < len(pattern); i++ {
		switch {
		case pattern[i] == '[' && i+1 < len(pattern) && pattern[i+1] == ':':
			end := strings.Index(pattern[i:], ":]")
			if end < 0 {
				return -1
			}
			i += end + 1
		case pattern[i] == ']':
			return i + 1
		}
	}
	return -1
}

// edited applies commands to each line.
func edited(lines content, edits []edit) content {
	for _, e := range edits {
		var after content
		for _, l := range lines {
			after = append(after, e.apply(l)...)
		}
		lines = after
	}
	return lines
}

func (e *edit) apply(l line) content {
	switch {
	case l.any:
		return content{l}
	case strings.Contains(l.text, hiddenMark):
		return content{l}.unsure() // whether it matches cannot be told
	case e.only != nil && !e.only.MatchString(l.text):
		return content{l}
	case e.deletes:
		return nil
	case !e.pattern.MatchString(l.text):
		return content{l}
	}
	changed := e.replaced(l)
	if e.guessed {
		return append(content{l}.unsure(), changed.unsure()...)
	}
	return changed
}

// replaced puts the replacement into a line, which may become several.
func (e *edit) replaced(l line) content {
	template := expansion(e.replacement)
	places := e.pattern.FindAllStringSubmatchIndex(l.text, -1)
	if !e.all {
		places = places[:1]
	}
	var out []byte
	at := 0
	for _, place := range places {
		out = append(out, l.text[at:place[0]]...)
		out = e.pattern.ExpandString(out, template, l.text, place)
		at = place[1]
	}
	out = append(out, l.text[at:]...)
	var lines content
	for text := range strings.SplitSeq(string(out), "\n") {
		changed := l
		changed.text = text
		lines = append(lines, changed)
	}
	return lines
}

// expansion translates a replacement of sed into a template of package regexp.
func expansion(replacement string) string {
	var out strings.Builder
	for i := 0; i < len(replacement); i++ {
		c := replacement[i]
		switch {
		case c == '$':
			out.WriteString("$$")
		case c == '&':
			out.WriteString("${0}")
		case c == '\\' && i+1 < len(replacement):
			i++
			switch next := replacement[i]; {
			case next >= '0' && next <= '9':
				out.WriteString("${" + string(next) + "}")
			case next == 'n':
				out.WriteByte('\n')
			case next == 't':
				out.WriteByte('\t')
			case next == '$':
				out.WriteString("$$")
			default:
				out.WriteByte(next)
			}
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}
