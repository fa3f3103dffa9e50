package workload

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sluice-dev/sluice/verdict"
)

// Route tells how the pod can be changed so that property gets value, in the
// distribution's own spelling. It does not ask whether that is so already.
func (p *Process) Route(property, value string) Route {
	setting := property + "=" + value
	if p.start.Override != "" {
		return p.routeByArgument(property, value)
	}
	switch p.Reading {
	case Read:
		return p.routeByEnvironment(property, value)
	case Hidden:
		return none(verdict.ListenMountedConfig, "the configuration is mounted at %s, and the image ignores its variables then; add %s to that file",
			p.mounted.Get("mountPath").Text(), setting)
	case Bypassed:
		return none(verdict.ListenForeignCommand, "the container's command does not run the start script that reads variables; "+
			"let it end in %q, or add %s to the configuration that it uses", p.Distribution.commandLine(), setting)
	case Unclear:
		return none(verdict.ListenForeignCommand, "the container runs a script that cannot be seen from the pod; add %s to the configuration that it uses", setting)
	default:
		return none(verdict.ListenNoRoute, "only the configuration file can say it; add %s to %s", setting, p.fileForPeople())
	}
}

func none(why verdict.Code, format string, args ...any) Route {
	return Route{Kind: RouteNone, Why: why, Instead: fmt.Sprintf(format, args...)}
}

// commandLine is the image's own command line.
func (d *Distribution) commandLine() string {
	return strings.Join(slices.Concat(d.Entrypoint, d.Command), " ")
}

func (p *Process) fileForPeople() string {
	if p.ConfigurationFile != "" {
		return p.ConfigurationFile
	}
	return zooKeeperFile
}

// routeByArgument sets a property by the command line. What is given there already is
// replaced, so that the property stands there once.
func (p *Process) routeByArgument(property, value string) Route {
	setting := property + "=" + value
	route := Route{Kind: RouteArgument, Value: setting}
	for _, o := range slices.Backward(p.overrides) {
		if o.name == property {
			return p.replaceWord(route, o.word, o.prefix+setting)
		}
	}
	last := p.call.words[len(p.call.words)-1]
	if p.ConfigurationFile == "" || last.text == p.start.Override {
		return none(verdict.ListenNoRoute, "the command line names no configuration file, or ends in an option without a value; mend it, and add %s %s to it",
			p.start.Override, setting)
	}
	if p.call.script == nil {
		route.Words = []string{p.start.Override, literal(setting)}
		return route
	}
	if !p.call.editable || last.end == 0 {
		return p.beyondScript(setting)
	}
	text, ok := quoted(p.start.Override, setting)
	if !ok {
		return p.beyondScript(setting)
	}
	return spliceScript(route, last, last.end, last.end, " "+text)
}

// replaceWord puts another text in the place of a word.
func (p *Process) replaceWord(route Route, w word, text string) Route {
	if p.call.script == nil {
		route.Replace, route.Text = w.node, literal(text)
		return route
	}
	shell, ok := quoted(text)
	if !p.call.editable || w.end == 0 || !ok {
		return p.beyondScript(route.Value)
	}
	return spliceScript(route, w, w.start, w.end, shell)
}

func spliceScript(route Route, w word, start, end int, text string) Route {
	script := w.node.Text()
	route.Replace, route.Text = w.node, script[:start]+literal(text)+script[end:]
	return route
}

func (p *Process) beyondScript(setting string) Route {
	return none(verdict.ListenNoRoute, "the command line stands in a script where Sluice does not put anything; add %s %s to it",
		p.start.Override, setting)
}

// quoted writes words for a shell.
func quoted(words ...string) (string, bool) {
	for i, w := range words {
		text, err := syntax.Quote(w, syntax.LangBash)
		if err != nil {
			return "", false
		}
		words[i] = text
	}
	return strings.Join(words, " "), true
}

// literal keeps the kubelet from replacing anything in a text.
func literal(text string) string { return strings.ReplaceAll(text, "$(", "$$(") }

// routeByEnvironment sets a property by the variable that decides it now or, when
// none does, by the first one that can.
func (p *Process) routeByEnvironment(property, value string) Route {
	at, set := p.setBy(property)
	if !set {
		fresh, ok := p.freshPlace(property)
		if !ok {
			return none(verdict.ListenNoRoute, "the image has no variable for %s; mount a configuration file that says %s=%s", property, property, value)
		}
		at = fresh
	}
	name := at.variable.name
	current, exists := p.environment.get(name)
	if exists && current.commanded {
		return none(verdict.ListenForeignCommand, "the container's command sets %s itself; set %s=%s there", name, property, value)
	}
	if p.file(name) != nil {
		return none(verdict.ListenNoRoute, "the image reads %s from the file that %s%s names; set %s=%s there",
			name, name, p.Distribution.Environment.FileSuffix, property, value)
	}
	if !set && p.Distribution.Environment.AllOrNothing && !p.underlain && !p.hasVariables() {
		return none(verdict.ListenNoRoute, "the image drops its own configuration as soon as one variable is given, and this pod gives none; "+
			"give the whole configuration, with %s=%s in it", property, value)
	}
	switch {
	case at.source.List != nil:
		if strings.ContainsAny(value, at.source.List.Separator+" \t\n") {
			return none(verdict.ListenNoRoute, "%s cannot hold a value with a separator in it; mount a configuration file that says %s=%s", name, property, value)
		}
		return Route{Kind: RouteEnvList, Env: name, Value: literal(property + "=" + value), Separator: at.source.List.Separator}
	case at.entry != nil:
		return Route{Kind: RouteEnv, Env: name, Value: literal(at.entry.spell(value))}
	default:
		return Route{Kind: RouteEnv, Env: name, Value: literal(value)}
	}
}

// freshPlace returns the first variable by which a property can be set that nothing
// sets yet.
func (p *Process) freshPlace(property string) (place, bool) {
	for i := range p.contract() {
		for candidate := range p.contract()[i].candidates(property) {
			return candidate, true
		}
	}
	return place{}, false
}

// In returns what the variable of a RouteEnv or RouteEnvList must hold when it holds
// current now: of a list, everything else stays as it is and the property stands in
// it once.
func (r Route) In(current string) string {
	if r.Kind != RouteEnvList || strings.TrimSpace(current) == "" {
		return r.Value
	}
	property, _, _ := splitSetting(r.Value)
	split := func(c rune) bool {
		return strings.ContainsRune(r.Separator, c) || r.Separator == " " && (c == '\t' || c == '\n')
	}
	var out strings.Builder
	placed := false
	for rest := current; rest != ""; {
		end := strings.IndexFunc(rest, split)
		if end == 0 {
			out.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		if end < 0 {
			end = len(rest)
		}
		item := rest[:end]
		rest = rest[end:]
		if name, _, ok := splitSetting(item); !ok || name != property {
			out.WriteString(item)
			continue
		}
		if !placed {
			out.WriteString(r.Value)
			placed = true
			continue
		}
		if rest != "" {
			rest = rest[1:] // a repetition goes with the separator after it
		}
	}
	if !placed {
		out.WriteString(r.Separator + r.Value)
	}
	return out.String()
}
