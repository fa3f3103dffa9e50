package document

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// quote writes a string so that every version of YAML reads it as that string: without
// quotes where possible, in single quotes where that saves escapes, as for JSON.
func quote(text string) string {
	switch {
	case isPlain(text):
		return text
	case strings.ContainsAny(text, `"\`) && isPrintable(text):
		return quoteSingle(text)
	default:
		return quoteDouble(text)
	}
}

// quoteFlow does the same inside brackets.
func quoteFlow(text string) string {
	if isPlain(text) && strings.ContainsAny(text, ",[]{}?:#") {
		return quoteDouble(text)
	}
	return quote(text)
}

func quoteSingle(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// quoteDouble writes a string that is the same in YAML and in JSON.
func quoteDouble(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case isPrintableRune(c):
			b.WriteRune(c)
		default:
			fmt.Fprintf(&b, `\u%04x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// ambiguous matches what is a string for kubectl, but something else for other readers
// of YAML 1.1: dates, numbers to the base of 60, the default value.
var ambiguous = regexp.MustCompile(`^(\d{4}-\d\d?-\d\d?.*|[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?|=|<<)$`)

// isPlain reports whether text can stand without quotes outside of brackets.
func isPlain(text string) bool {
	if text == "" || !isPrintable(text) || strings.Trim(text, " ") != text {
		return false
	}
	switch c := text[0]; {
	case strings.IndexByte("?:,[]{}#&*!|>'\"%@`", c) >= 0,
		c == '-' && (len(text) == 1 || text[1] == ' '), strings.HasPrefix(text, separator), strings.HasPrefix(text, "..."):
		return false
	}
	if strings.Contains(text, ": ") || strings.Contains(text, " #") || strings.HasSuffix(text, ":") {
		return false
	}
	kind, _, err := new(resolver).plain(text)
	return err == nil && kind == String && !ambiguous.MatchString(text)
}

// isPrintable reports whether text is of one line and needs no escapes.
func isPrintable(text string) bool {
	for _, c := range text {
		if !isPrintableRune(c) {
			return false
		}
	}
	return utf8.ValidString(text)
}

// isPrintableRune leaves out tabs, which are easily mistaken for spaces, and the line
// breaks of YAML 1.1.
func isPrintableRune(c rune) bool {
	switch {
	case c < ' ', c > '~' && c < 0xa0, c == '\u2028', c == '\u2029', c == '\ufeff', c == '\ufffe', c == '\uffff':
		return false
	}
	return true
}

// literal writes text as a literal block scalar: its lines at the given column, below
// a parent that is indented less. ok is false for what cannot be written so.
func literal(text string, parent, column int, newline string) (block string, ok bool) {
	body := strings.TrimRight(text, "\n")
	header := "|"
	switch len(text) - len(body) {
	case 0:
		header += "-"
	case 1:
	default:
		return "", false // how many empty lines count would depend on what follows
	}
	if strings.TrimSpace(body) == "" || !isLiteral(body) {
		return "", false
	}
	if needsIndicator(body) {
		if column-parent > 9 {
			return "", false
		}
		header = "|" + string(rune('0'+column-parent)) + header[1:]
	}
	var b strings.Builder
	b.WriteString(header)
	for line := range strings.SplitSeq(body, "\n") {
		b.WriteString(newline)
		if line != "" {
			b.WriteString(spaces(column) + line)
		}
	}
	return b.String(), true
}

// isLiteral reports whether the lines of text need no escapes.
func isLiteral(text string) bool {
	return isPrintable(strings.NewReplacer("\n", "", "\t", "").Replace(text))
}

// needsIndicator reports whether the indentation of a block scalar cannot be told from
// its first line that is not empty.
func needsIndicator(text string) bool {
	first := strings.TrimLeft(text, "\n")
	return strings.HasPrefix(first, " ") || strings.HasPrefix(first, "\t")
}

// folded writes text as a folded block scalar, a line for each of its lines.
func folded(text string, column int, newline string) (block string, ok bool) {
	body := strings.TrimRight(text, "\n")
	header := ">"
	switch len(text) - len(body) {
	case 0:
		header += "-"
	case 1:
	default:
		return "", false
	}
	if body == "" || body[0] == '\n' || !isLiteral(body) {
		return "", false
	}
	var b strings.Builder
	b.WriteString(header)
	for i, line := range strings.Split(body, "\n") {
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			return "", false // such lines are not folded
		}
		if i > 0 && line != "" {
			b.WriteString(newline)
		}
		b.WriteString(newline)
		if line != "" {
			b.WriteString(spaces(column) + line)
		}
	}
	return b.String(), true
}
