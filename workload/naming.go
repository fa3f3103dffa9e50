package workload

import (
	"bytes"
	"maps"
	"strings"
)

// property returns the property that the rule makes of a variable.
func (r *Rule) property(variable string) (name string, ok bool) {
	var buffer [64]byte
	spelled, ok := r.appendProperty(buffer[:0], variable)
	return string(spelled), ok
}

func (r *Rule) appendProperty(dst []byte, variable string) (name []byte, ok bool) {
	rest, ok := strings.CutPrefix(variable, r.Prefix)
	if !ok || rest == "" || r.excluded[variable] {
		return dst, false
	}
	dst = appendReplaced(dst, rest, r.Replace)
	if !r.KeepCase {
		for i, c := range dst {
			if 'A' <= c && c <= 'Z' {
				dst[i] = c + ('a' - 'A')
			}
		}
	}
	for i := range r.Respell {
		if pair := &r.Respell[i]; bytes.Contains(dst, []byte(pair.From)) {
			dst = bytes.ReplaceAll(dst, []byte(pair.From), []byte(pair.To))
		}
	}
	return dst, true
}

// spelling is the variable that a rule makes into a property, if there is one.
type spelling struct {
	variable string
	ok       bool
}

// variable returns the variable that the rule makes into a property. There is none
// for a name that the rule cannot spell, such as one with capitals where it
// lower-cases. What was asked for is remembered: these are the few dozen properties that
// somebody judges or changes, but for those of single listeners, whose names are free.
func (r *Rule) variable(property string) (name string, ok bool) {
	known := r.spellings.Load()
	if known != nil {
		if s, found := (*known)[property]; found {
			return s.variable, s.ok
		}
	}
	name, ok = r.spell(property)
	if strings.HasPrefix(property, listenerPrefix) {
		return name, ok
	}
	more := map[string]spelling{property: {name, ok}}
	if known != nil {
		maps.Copy(more, *known)
	}
	r.spellings.Store(&more) // what another one has stored meanwhile is asked for again
	return name, ok
}

func (r *Rule) spell(property string) (name string, ok bool) {
	unspelled := property
	for i := range r.Respell {
		if pair := &r.Respell[i]; strings.Contains(unspelled, pair.To) {
			unspelled = strings.ReplaceAll(unspelled, pair.To, pair.From)
		}
	}
	var buffer, back [128]byte
	spelled := append(buffer[:0], r.Prefix...)
	spelled = appendReplaced(spelled, unspelled, r.reversed)
	if !r.KeepCase {
		for i, c := range spelled {
			if 'a' <= c && c <= 'z' {
				spelled[i] = c - ('a' - 'A')
			}
		}
	}
	if !isVariableName(spelled) {
		return "", false
	}
	name = string(spelled)
	again, ok := r.appendProperty(back[:0], name)
	return name, ok && string(again) == property
}

// appendReplaced goes through text from left to right and replaces the first pair
// that fits at each place.
func appendReplaced(dst []byte, text string, pairs []Pair) []byte {
next:
	for at := 0; at < len(text); {
		for i := range pairs {
			if pair := &pairs[i]; strings.HasPrefix(text[at:], pair.From) {
				dst = append(dst, pair.To...)
				at += len(pair.From)
				continue next
			}
		}
		dst = append(dst, text[at])
		at++
	}
	return dst
}

// isVariableName tells the names that a shell can hold: the scripts of the images
// see no others.
func isVariableName[T string | []byte](name T) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return len(name) > 0
}

// isYes reads a boolean as the scripts of Bitnami's images do.
func isYes(value string) bool {
	return value == "1" || strings.EqualFold(value, "yes") || strings.EqualFold(value, "true")
}

// read returns what a variable's value means for its property.
func (v *Variable) read(value string) string {
	switch {
	case v.True == "":
		return value
	case isYes(value):
		return "true"
	default:
		return "false"
	}
}

// spell returns what the variable must hold so that the property gets value.
func (v *Variable) spell(value string) string {
	switch {
	case v.True == "":
		return value
	case strings.EqualFold(value, "true"):
		return v.True
	default:
		return v.False
	}
}

// entries yields the property=value of the list's value, in their order.
func (l *List) entries(value string) []string {
	if l.Separator == " " {
		return strings.Fields(value)
	}
	return strings.Split(value, l.Separator)
}

// splitSetting takes a line of a Java properties file apart: the name ends at the
// first "=" or ":".
func splitSetting(line string) (name, value string, ok bool) {
	at := strings.IndexAny(line, "=:")
	if at <= 0 {
		return "", "", false
	}
	name = strings.TrimSpace(line[:at])
	if name == "" || name[0] == '#' || name[0] == '!' {
		return "", "", false
	}
	return name, strings.TrimSpace(line[at+1:]), true
}
