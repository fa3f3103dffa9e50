package workload

import "strings"

// property returns the property that the rule makes of a variable.
func (r *Rule) property(variable string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(variable, r.Prefix)
	if !ok || rest == "" || r.excluded[variable] {
		return "", false
	}
	name = replaceFirstFit(rest, r.Replace)
	if !r.KeepCase {
		name = strings.ToLower(name)
	}
	for _, pair := range r.Respell {
		name = strings.ReplaceAll(name, pair.From, pair.To)
	}
	return name, true
}

// variable returns the variable that the rule makes into a property. There is none
// for a name that the rule cannot spell, such as one with capitals where it
// lower-cases.
func (r *Rule) variable(property string) (name string, ok bool) {
	for _, pair := range r.Respell {
		property = strings.ReplaceAll(property, pair.To, pair.From)
	}
	spelled := property
	for _, pair := range r.Respell {
		spelled = strings.ReplaceAll(spelled, pair.From, pair.To)
	}
	name = replaceFirstFit(property, r.reversed)
	if !r.KeepCase {
		name = strings.ToUpper(name)
	}
	name = r.Prefix + name
	if !isVariableName(name) {
		return "", false
	}
	back, ok := r.property(name)
	return name, ok && back == spelled
}

// replaceFirstFit goes through text from left to right and replaces the first pair
// that fits at each place.
func replaceFirstFit(text string, pairs []Pair) string {
	var out strings.Builder
	out.Grow(len(text))
next:
	for at := 0; at < len(text); {
		for _, pair := range pairs {
			if strings.HasPrefix(text[at:], pair.From) {
				out.WriteString(pair.To)
				at += len(pair.From)
				continue next
			}
		}
		out.WriteByte(text[at])
		at++
	}
	return out.String()
}

// isVariableName tells the names that a shell can hold: the scripts of the images
// see no others.
func isVariableName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
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
