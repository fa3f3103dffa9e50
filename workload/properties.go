package workload

import (
	"strconv"
	"strings"
)

// The libraries for Java properties do not say where a property stands, and the best of
// them, github.com/magiconair/properties, leaves a goroutine behind for each malformed
// line, which a server cannot afford. It is the referee in the tests.

// serversProperty is the catalogue's name for all of ZooKeeper's server.N.
const serversProperty = "servers"

// fileProperties are the properties of a configuration file.
type fileProperties struct {
	settings map[string]Setting
	// hidden are lines with a name of which a part cannot be seen.
	hidden []hiddenName
	// complete is true when no other property can be in the file.
	complete bool
}

// hiddenName is the name of some property or other, and what the line is.
type hiddenName struct {
	pattern
	setting Setting
}

// readProperties reads a configuration file. The last line of a property counts.
func readProperties(file content) fileProperties {
	read := fileProperties{settings: map[string]Setting{}, complete: true}
	var servers []string
	for i := 0; i < len(file); {
		count := logicalLine(file[i:])
		name, setting, ok := readProperty(file[i : i+count])
		i += count
		switch {
		case !ok:
		case strings.Contains(name, hiddenMark):
			read.hide(hiddenName{strings.Split(name, hiddenMark), setting.unseen()})
		default:
			read.settings[name] = setting
			if strings.HasPrefix(name, "server.") {
				servers = append(servers, name)
			}
		}
	}
	read.addServers(servers)
	return read
}

// hide takes note of a line with a name of which a part cannot be seen. It may replace
// what came before.
func (f *fileProperties) hide(name hiddenName) {
	f.hidden = append(f.hidden, name)
	f.complete = f.complete && !name.matches("")
	for known, before := range f.settings {
		if name.matches(known) {
			f.settings[known] = before.unseen()
		}
	}
}

// get returns what the file says of a property. ok is false when it says nothing, or
// when there is no telling.
func (f *fileProperties) get(name string) (setting Setting, ok bool) {
	if setting, ok = f.settings[name]; ok || !f.complete {
		return setting, ok
	}
	for _, hidden := range f.hidden {
		if hidden.matches(name) {
			return hidden.setting, true
		}
	}
	return Setting{}, false
}

// unseen is the same setting with another value, nobody knows which.
func (s Setting) unseen() Setting {
	s.Value, s.Shape, s.Known = "", "", false
	return s
}

// logicalLine counts the lines that make one line of a properties file.
func logicalLine(file content) int {
	for i, l := range file {
		if l.any || !continues(l.text) || i == 0 && isComment(l.text) {
			return i + 1
		}
	}
	return len(file)
}

// continues reports whether a line goes on in the next one: a backslash ends it that is
// not itself behind one.
func continues(text string) bool { return (len(text)-len(strings.TrimRight(text, `\`)))%2 == 1 }

func isComment(text string) bool {
	text = strings.TrimLeft(text, " \t\f")
	return text == "" || text[0] == '#' || text[0] == '!'
}

// readProperty reads one logical line. ok is false for a comment. The name of a line
// that may set any property is hiddenMark.
func readProperty(lines content) (name string, setting Setting, ok bool) {
	first := lines[0]
	setting = Setting{Known: true, Place: first.place, Source: first.source}
	if isComment(first.text) && !first.any {
		return "", setting, false
	}
	var text strings.Builder
	for _, l := range lines {
		if l.any {
			return hiddenMark, setting, true
		}
		setting.Known = setting.Known && l.sure
		part := strings.TrimLeft(l.text, " \t\f")
		if continues(part) {
			part = part[:len(part)-1]
		}
		text.WriteString(part)
	}
	if text.Len() == 0 {
		return "", setting, false
	}
	name, value, ok := cutProperty(text.String())
	if !ok {
		return hiddenMark, setting, true // the server cannot read it either
	}
	if setting.Offset >= 0 {
		setting.Offset += len(first.text) - len(strings.TrimLeft(first.text, " \t\f"))
	}
	setting.Value = strings.TrimSpace(value)
	// Kafka's configuration providers replace ${name:key}, and start scripts ${NAME}.
	if strings.Contains(value, hiddenMark) || strings.Contains(value, "${") {
		setting.Known = false
	}
	if !setting.Known {
		setting.Shape = strings.ReplaceAll(setting.Value, hiddenMark, hiddenPart)
		setting.Value = ""
	}
	return name, setting, true
}

// cutProperty takes a logical line apart as java.util.Properties does: the name ends at
// the first "=", ":" or white space that no backslash stands before. ok is false for an
// escape that Java refuses.
func cutProperty(text string) (name, value string, ok bool) {
	end := 0
	for ; end < len(text) && strings.IndexByte("=: \t\f", text[end]) < 0; end++ {
		if text[end] == '\\' {
			end++
		}
	}
	end = min(end, len(text))
	rest := strings.TrimLeft(text[end:], " \t\f")
	if rest != "" && (rest[0] == '=' || rest[0] == ':') {
		rest = strings.TrimLeft(rest[1:], " \t\f")
	}
	name, nameOk := unescapeProperty(text[:end])
	value, valueOk := unescapeProperty(rest)
	return name, value, nameOk && valueOk
}

// unescapeProperty takes the backslashes out of a name or a value. Kafka and ZooKeeper
// load their files from a stream of bytes, which Java takes for Latin-1.
func unescapeProperty(text string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c := rune(text[i])
		if c == '\\' && i+1 < len(text) {
			i++
			c = rune(text[i])
			switch c {
			case 't', 'n', 'r', 'f':
				c = map[rune]rune{'t': '\t', 'n': '\n', 'r': '\r', 'f': '\f'}[c]
			case 'u':
				if i+4 >= len(text) {
					return "", false
				}
				code, err := strconv.ParseUint(text[i+1:i+5], 16, 16)
				if err != nil {
					return "", false
				}
				c = rune(code)
				i += 4
			}
		}
		out.WriteRune(c)
	}
	return out.String(), true
}

// addServers puts the servers of a quorum under the one name by which images take
// them. ZooKeeper may keep them in a file of their own, which it changes itself.
func (f *fileProperties) addServers(names []string) {
	if dynamic, ok := f.settings["dynamicConfigFile"]; ok {
		f.settings[serversProperty] = dynamic.unseen()
		return
	}
	for _, hidden := range f.hidden {
		if strings.HasPrefix(hidden.pattern[0], "server.") {
			f.settings[serversProperty] = hidden.setting
			return
		}
	}
	var all Setting
	var values []string
	seen := map[string]bool{}
	for _, name := range names {
		server := f.settings[name]
		if seen[name] {
			continue
		}
		seen[name] = true
		if len(values) == 0 {
			all = server
		}
		all.Known = all.Known && server.Known
		values = append(values, name+"="+server.Value)
	}
	if len(values) == 0 {
		return
	}
	all.Value = strings.Join(values, " ")
	if !all.Known {
		all.Value = ""
	}
	f.settings[serversProperty] = all
}
