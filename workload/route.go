package workload

import (
	"cmp"
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
	if owner := p.Owner; owner != nil {
		return none(verdict.OperatorOwned, "%s makes this pod out of a %s; set %s in %s of that resource", owner.Operator, owner.Resource, setting, owner.Properties)
	}
	if p.start.Override != "" {
		return p.routeByArgument(property, value)
	}
	if option, ok := p.start.optionOf(property); ok {
		return p.routeByOption(option, property, value)
	}
	switch p.Reading {
	case Read:
		if _, ok := p.file.get(property); ok && p.generated() {
			return p.byFile(verdict.ListenNoRoute, property, value, "", "the container's command adds to the configuration")
		}
		return p.routeByEnvironment(property, value)
	case Hidden:
		mounted := p.mounted.Get("mountPath").Text()
		return p.byFile(verdict.ListenMountedConfig, property, value, "that file",
			fmt.Sprintf("the configuration is mounted at %s, and the image ignores its variables then", mounted))
	case Bypassed:
		instead := p.bypassed(property, value)
		route := p.orByScript(property, value, instead)
		route.Why, route.Instead, route.Near = instead.Why, instead.Instead, instead.Near // where scripts are left alone
		return route
	case Unclear:
		return none(verdict.ListenForeignCommand, "the container runs a script that cannot be seen from the pod; add %s to the configuration that it uses", setting)
	default:
		return p.orByScript(property, value, p.byFile(verdict.ListenNoRoute, property, value, p.fileForPeople(), "only the configuration file can say it"))
	}
}

// bypassed says what to do where the command leaves out the image's start script.
func (p *Process) bypassed(property, value string) Route {
	if p.fileName != "" {
		return p.byFile(verdict.ListenForeignCommand, property, value, "",
			"the container's command does not run the start script that reads variables")
	}
	return none(verdict.ListenForeignCommand, "the container's command does not run the start script that reads variables; "+
		"let it end in %q, or add %s=%s to the configuration that it uses", p.Distribution.commandLine(), property, value)
}

func none(why verdict.Code, format string, args ...any) Route {
	return Route{Kind: RouteNone, Why: why, Instead: fmt.Sprintf(format, args...)}
}

// byFile says where in which file the property has to be written. otherwise is what to
// call a file that is on no ConfigMap.
func (p *Process) byFile(why verdict.Code, property, value, otherwise, because string) Route {
	setting := property + "=" + value
	route := Route{Kind: RouteNone, Why: why, Near: p.filePlace}
	current, ok := p.file.get(property)
	switch {
	case ok && current.Text != nil:
		route.Near = current.Place
		route.Instead = fmt.Sprintf("%s; make it %s in %s", because, setting, current.Within())
	case ok && current.Source == FromScript && current.Node != nil:
		route.Near = current.Place
		route.Instead = fmt.Sprintf("%s, which a script writes; let it write %s", because, setting)
	default:
		route.Instead = fmt.Sprintf("%s; add %s to %s", because, setting, cmp.Or(p.fileName, otherwise))
	}
	return route
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
	if p.call.source == nil {
		route.Words = []string{p.start.Override, literal(setting)}
		return route
	}
	if !p.call.source.editable() || last.end == 0 {
		return p.beyondScript(setting)
	}
	text, ok := quoted(p.start.Override, setting)
	if !ok {
		return p.beyondScript(setting)
	}
	return spliceScript(route, last, last.end, last.end, " "+text)
}

// optionOf returns the option that takes the value of a property.
func (s *Start) optionOf(property string) (option string, ok bool) {
	for option, takes := range s.Options {
		if takes == property {
			return option, true
		}
	}
	return "", false
}

// routeByOption sets a property by an option of its own, as routeByArgument does.
func (p *Process) routeByOption(option, property, value string) Route {
	route := Route{Kind: RouteArgument, Value: option + "=" + value}
	for _, o := range slices.Backward(p.overrides) {
		if o.name == property {
			return p.replaceWord(route, o.word, route.Value)
		}
	}
	if p.call.source == nil {
		route.Words = []string{literal(route.Value)}
		return route
	}
	last := p.call.words[len(p.call.words)-1]
	text, ok := quoted(route.Value)
	if !p.call.source.editable() || last.end == 0 || !ok {
		return none(verdict.ListenNoRoute, "the command line stands in a script where Sluice does not put anything; add %s to it", route.Value)
	}
	return spliceScript(route, last, last.end, last.end, " "+text)
}

// replaceWord puts another text in the place of a word.
func (p *Process) replaceWord(route Route, w word, text string) Route {
	if p.call.source == nil {
		route.Replace, route.Text = w.place.Node, literal(text)
		return route
	}
	shell, ok := quoted(text)
	if !p.call.source.editable() || w.end == 0 || !ok {
		return p.beyondScript(route.Value)
	}
	return spliceScript(route, w, w.start, w.end, shell)
}

func spliceScript(route Route, w word, start, end int, text string) Route {
	script := w.place.Node.Text()
	route.Replace, route.Text, route.Script = w.place.Node, script[:start]+literal(text)+script[end:], true
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
			return p.orByScript(property, value, none(verdict.ListenNoRoute,
				"the image has no variable for %s; mount a configuration file that says %s=%s", property, property, value))
		}
		at = fresh
	}
	name := at.variable.name
	current, exists := p.environment.get(name)
	if exists && current.commanded {
		return none(verdict.ListenForeignCommand, "the container's command sets %s itself; set %s=%s there", name, property, value)
	}
	if _, ok := p.variableFile(name); ok {
		return none(verdict.ListenNoRoute, "the image reads %s from the file that %s%s names; set %s=%s there",
			name, name, p.Distribution.Environment.FileSuffix, property, value)
	}
	if !set && p.Distribution.Environment.AllOrNothing && !p.underlain && !p.hasVariables() {
		return none(verdict.ListenNoRoute, "the image drops its own configuration as soon as one variable is given, and this pod gives none; "+
			"give the whole configuration, with %s=%s in it", property, value)
	}
	route := Route{Kind: RouteEnv, Env: name, From: current.place.Text}
	switch {
	case current.place.Text != nil:
		route.Current = literal(current.value)
	case current.place.Node != nil && current.place.Node.Key == "value":
		route.Current = scalar(current.place.Node)
	}
	switch {
	case at.source.List != nil:
		if strings.ContainsAny(value, at.source.List.Separator+" \t\n") {
			return none(verdict.ListenNoRoute, "%s cannot hold a value with a separator in it; mount a configuration file that says %s=%s", name, property, value)
		}
		route.Kind, route.Value, route.Separator = RouteEnvList, literal(property+"="+value), at.source.List.Separator
	case at.entry != nil:
		route.Value = literal(at.entry.spell(value))
	default:
		route.Value = literal(value)
	}
	return route
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
