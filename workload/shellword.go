package workload

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// words evaluates arguments. A variable that stands alone and unquoted becomes as
// many words as its value has.
func (s *script) words(args []*syntax.Word) []word {
	words := make([]word, 0, len(args))
	for _, arg := range args {
		if isArguments(arg) && s.source.arguments != nil {
			words = append(words, s.arguments()...)
			continue
		}
		evaluated := s.word(arg)
		if len(arg.Parts) == 1 && evaluated.known {
			if _, alone := arg.Parts[0].(*syntax.ParamExp); alone {
				for field := range strings.FieldsSeq(evaluated.text) {
					words = append(words, word{text: field, known: true, place: evaluated.place})
				}
				continue
			}
		}
		words = append(words, evaluated)
	}
	return words
}

// isArguments reports whether a word is "$@", with quotes or without.
func isArguments(w *syntax.Word) bool {
	if len(w.Parts) != 1 {
		return false
	}
	part := w.Parts[0]
	if quoted, ok := part.(*syntax.DblQuoted); ok && len(quoted.Parts) == 1 {
		part = quoted.Parts[0]
	}
	parameter, ok := part.(*syntax.ParamExp)
	return ok && parameter.Short && parameter.Param.Value == "@"
}

// arguments returns what "$@" stands for: no pieces of this script.
func (s *script) arguments() []word {
	var words []word
	for _, argument := range s.source.arguments {
		if s.grown += len(argument.text) + 1; s.grown > maxExpanded {
			return words
		}
		argument.start, argument.end = 0, 0
		words = append(words, argument)
	}
	return words
}

// word evaluates one word.
func (s *script) word(w *syntax.Word) word {
	start, end := int(w.Pos().Offset()), int(w.End().Offset())
	text, known := s.parts(w.Parts, false)
	return word{text: text, known: known, place: s.source.at(start), start: start, end: end}
}

// parts evaluates the parts of a word. What cannot be known stands in it as it is
// written.
func (s *script) parts(parts []syntax.WordPart, quoted bool) (text string, known bool) {
	return s.partsWith(parts, quoted, func(part syntax.WordPart) string {
		return s.source.text[part.Pos().Offset():part.End().Offset()]
	})
}

// partsWith evaluates the parts of a word, with something in the place of what cannot
// be known, so that the rest can still be read.
func (s *script) partsWith(parts []syntax.WordPart, quoted bool, hidden func(syntax.WordPart) string) (text string, known bool) {
	if len(parts) == 1 {
		if literal, ok := parts[0].(*syntax.Lit); ok && !strings.Contains(literal.Value, `\`) {
			return literal.Value, true
		}
	}
	var out strings.Builder
	known = true
	for _, part := range parts {
		var value string
		var ok bool
		if nested, isQuoted := part.(*syntax.DblQuoted); isQuoted {
			value, ok = s.partsWith(nested.Parts, true, hidden)
		} else if value, ok = s.part(part, quoted); !ok {
			value = hidden(part)
		}
		known = known && ok
		out.WriteString(value)
	}
	return out.String(), known
}

func (s *script) part(part syntax.WordPart, quoted bool) (value string, known bool) {
	switch part := part.(type) {
	case *syntax.Lit:
		return unescape(part.Value, quoted), true
	case *syntax.SglQuoted:
		return part.Value, !part.Dollar
	case *syntax.ParamExp:
		if part.Excl || part.Length || part.Width || part.Index != nil || part.Slice != nil || part.Repl != nil || part.Names != 0 || part.Exp != nil {
			return "", false
		}
		return s.lookUp(part.Param.Value)
	case *syntax.CmdSubst:
		// $(NAME) is what the kubelet replaces, if NAME is a variable of the container.
		if len(part.Stmts) == 1 && !part.Backquotes {
			if call, ok := part.Stmts[0].Cmd.(*syntax.CallExpr); ok && len(call.Args) == 1 && len(call.Assigns) == 0 {
				return s.lookUp(call.Args[0].Lit())
			}
		}
	}
	return "", false
}

// lookUp returns the value of a variable. One that the pod does not set is unknown:
// the image may.
func (s *script) lookUp(name string) (value string, known bool) {
	set, ok := s.locals.get(name)
	if !ok {
		set, ok = s.at.environment.get(name)
	}
	s.grown += len(set.value)
	return set.value, ok && set.known && s.grown <= maxExpanded
}

// unescape takes the backslashes out of a literal as the shell does.
func unescape(literal string, quoted bool) string {
	if !strings.Contains(literal, `\`) {
		return literal
	}
	var out strings.Builder
	for i := 0; i < len(literal); i++ {
		if literal[i] == '\\' && i+1 < len(literal) && (!quoted || strings.IndexByte("$`\"\\\n", literal[i+1]) >= 0) {
			i++
			if literal[i] == '\n' {
				continue
			}
		}
		out.WriteByte(literal[i])
	}
	return out.String()
}
