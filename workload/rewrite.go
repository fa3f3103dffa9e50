package workload

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Rewrite says how a line gets into a configuration file that a script of the image
// writes at each start, right before it starts the server: a copy of the script gets one
// step more, and runs in its place.
type Rewrite struct {
	// Script is the script, and Copy where the copy of it goes.
	Script string `yaml:"script"`
	Copy   string `yaml:"copy"`
	// Before is the text in the script that starts the server, and File the file, as the
	// script calls it: "$CONFIG_FILE".
	Before string `yaml:"before"`
	File   string `yaml:"file"`

	// made finds the step in a script that was rewritten.
	made *regexp.Regexp
}

// plainSetting are the settings that need no quotes, for no shell, and mean themselves
// to sed and printf.
var plainSetting = regexp.MustCompile(`^[\w.-]+=[\w.,:/@-]*$`)

// prepare refuses what would mean something else in sed's s#…#…#, where a backslash
// gives some letters a meaning and takes it from others.
func (r *Rewrite) prepare() error {
	switch {
	case r.File == "" || r.Script == "" || r.Before == "" || r.Copy == "":
		return errors.New("rewrite: give script, copy, before and file")
	case strings.ContainsAny(r.Before+r.File, "#'&\\\n") || strings.ContainsAny(r.Before, "+?()|{}"):
		return fmt.Errorf("rewrite: %q and %q stand in a command of sed, and must mean themselves there", r.Before, r.File)
	case path.Base(r.Script) != path.Base(r.Copy):
		return errors.New("rewrite: the copy must have the name of the script")
	}
	before, after, _ := strings.Cut(r.step("SETTING"), "SETTING")
	r.made = regexp.MustCompile(regexp.QuoteMeta(before) + `([\w.-]+)=([\w.,:/@-]*)` + regexp.QuoteMeta(after))
	return nil
}

// step is what makes the copy of the script, with the step in it.
func (r *Rewrite) step(setting string) string {
	return fmt.Sprintf(`sed 's#%s#echo %s >> %s \&\& &#' %s > %s`, regexp.QuoteMeta(r.Before), setting, r.File, r.Script, r.Copy)
}

// fromRewrite finds a property in the step of a copied script.
func (p *Process) fromRewrite(name string) (Setting, bool) {
	rewrite := p.Distribution.Rewrite
	if rewrite == nil || p.call.source == nil {
		return Setting{}, false
	}
	script := p.call.source.text
	found := rewrite.made.FindStringSubmatchIndex(script)
	if len(found) == 0 || script[found[2]:found[3]] != name {
		return Setting{}, false
	}
	return Setting{Value: script[found[4]:found[5]], Known: true, Place: p.call.source.at(found[2]), Source: FromScript}, true
}

// orByScript is a route by a step more in the script that starts the server, where there
// can be one, and otherwise what people can do instead.
func (p *Process) orByScript(property, value string, instead Route) Route {
	setting := property + "=" + value
	if current, set := p.Property(property); set && current.Source == FromScript || !plainSetting.MatchString(setting) {
		return instead
	}
	if rewrite := p.Distribution.Rewrite; rewrite != nil {
		if route, ok := p.routeByCopy(rewrite, setting); ok {
			return route
		}
		return instead
	}
	file := p.writtenFile()
	if file == "" || !p.call.insertable() {
		return instead
	}
	return p.insertIntoScript(setting, p.call.start, p.call.start, p.call.lineBefore(`printf '\n`+setting+`\n' >> `+file))
}

// writtenFile is the configuration file when the container's script, or a program of the
// image that it calls, has certainly made it, so that a line can be added to it: what was
// there before might be a mounted file, or grow with each start.
func (p *Process) writtenFile() string {
	for _, w := range slices.Backward(p.call.wrote) {
		switch {
		case !p.readsFile(w.file) || w.how == added:
			continue
		case w.how == changed || !plainSetting.MatchString("file="+w.file):
			return ""
		}
		return w.file
	}
	return ""
}

// insertable reports whether something can be put in front of the call: it stands in a
// script that is written in the pod, and is certain to run.
func (c *call) insertable() bool { return c.source != nil && c.source.editable() && c.certain }

// lineBefore writes a step in front of the call: on a line of its own where the call
// begins one, and otherwise so that whatever depends on the call depends on both.
func (c *call) lineBefore(step string) string {
	script := c.source.text
	line := script[strings.LastIndexByte(script[:c.start], '\n')+1 : c.start]
	if c.listed && len(line) < c.start && strings.TrimSpace(line) == "" {
		return step + "\n" + line
	}
	return step + " && "
}

// routeByCopy lets a copy of the image's script run in its place.
func (p *Process) routeByCopy(rewrite *Rewrite, setting string) (Route, bool) {
	program := p.call.words[0]
	if path.Clean(program.text) == rewrite.Copy || !p.canWrite(path.Dir(rewrite.Copy)) {
		return Route{}, false
	}
	script := rewrite.step(setting) + " && exec bash " + rewrite.Copy
	if p.call.source == nil {
		return p.wrapWords(program, setting, script+` "$@"`)
	}
	if !p.call.insertable() || program.end == 0 {
		return Route{}, false
	}
	text := p.call.source.text
	last := p.call.words[len(p.call.words)-1]
	switch before := strings.TrimSpace(text[p.call.start:program.start]); {
	case before == "exec":
	case before != "":
		return Route{}, false
	case last.end == 0 || strings.TrimSpace(text[last.end:]) != "": // something comes after it
		script = rewrite.step(setting) + " && bash " + rewrite.Copy
	}
	return p.insertIntoScript(setting, p.call.start, program.end, script), true
}

// canWrite reports whether a process of the container can write into a directory,
// whoever it runs as: on an empty volume, or on the image's own disk where every process
// can, in /tmp.
func (p *Process) canWrite(directory string) bool {
	found, ok := (&disk{pod: p.pod}).locate(p.Container, directory)
	if !ok {
		return !p.Container.At("securityContext", "readOnlyRootFilesystem").IsTrue()
	}
	return found.volume.Get("emptyDir") != nil && !found.mount.Get("readOnly").IsTrue()
}

// insertIntoScript puts a text between two offsets of the script that holds the call.
func (p *Process) insertIntoScript(setting string, start, end int, text string) Route {
	node, script := p.call.source.place.Node, p.call.source.text
	return Route{Kind: RouteScript, Value: setting, Replace: node, Text: script[:start] + literal(text) + script[end:], Script: true}
}

// wrapWords lets a shell run a script with the words of a command line that no shell
// reads so far; program is the first of its list.
func (p *Process) wrapWords(program word, setting, script string) (Route, bool) {
	list := program.place.Node.Parent()
	if list == nil || list.Kind != document.Sequence || program.place.Node.Index() != 0 {
		return Route{}, false
	}
	words := []string{"sh", "-c", literal(script)}
	for _, item := range list.Items() {
		words = append(words, scalar(item))
	}
	return Route{Kind: RouteScript, Value: setting, Replace: list, Words: words, Script: true}, true
}
