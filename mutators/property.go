package mutators

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// property is a Kafka or ZooKeeper property on its way into a pod, by the route
// that the distribution of the process offers.
type property struct {
	process     *workload.Process
	name, value string
	// message says what the property does, for the report.
	message string
	// rewrites is true when a script that starts the server may be rewritten; script is
	// the reason code for leaving one alone.
	rewrites bool
	script   verdict.Code
	// The reason codes: nothing set it before, something set it to another value,
	// it was added to a list or command line, its value cannot be seen.
	set, flipped, appended, unknown verdict.Code
}

func (p property) apply(review *Review) {
	route := p.process.Route(p.name, p.value)
	if route.Script && !p.rewrites && route.Why == "" {
		review.skip(p.script, route.Replace, fmt.Sprintf(
			"%s of container %s was left alone: only the script that starts it could say %s, and scripts are rewritten where the mesh delivers to localhost, or on request",
			p.name, p.process.Name(), route.Value))
		return
	}
	if route.Script && !p.rewrites {
		route.Kind = workload.RouteNone
	}
	switch route.Kind {
	case workload.RouteEnv:
		p.setEnv(review, route)
	case workload.RouteEnvList:
		p.setEnvList(review, route)
	case workload.RouteArgument:
		p.appendArgument(review, route)
	case workload.RouteScript:
		p.rewrite(review, route)
	default:
		review.skipAt(route.Why, instead(route, p.process), fmt.Sprintf("%s of container %s was left alone: %s", p.name, p.process.Name(), route.Instead))
	}
}

// setEnv puts the value into the variable that the image makes a property of.
func (p property) setEnv(review *Review, route workload.Route) {
	if p.hidden(review, route) {
		return
	}
	reason := p.set
	if route.Current != "" {
		reason = p.flipped
	}
	p.change(review, reason, route, route.Env+"="+route.Value)
}

// setEnvList puts property=value into a variable that holds several of them.
func (p property) setEnvList(review *Review, route workload.Route) {
	if p.hidden(review, route) {
		return
	}
	reason := p.set
	if strings.TrimSpace(route.Current) != "" {
		reason = p.appended
		if before, ok := p.process.Property(p.name); ok && before.Source == workload.FromEnv {
			reason = p.flipped
		}
	}
	p.change(review, reason, route, route.Value+" in "+route.Env)
}

// hidden reports, and says so, when the variable takes its value from where nobody can
// look. Another value in its place might take something else away.
func (p property) hidden(review *Review, route workload.Route) bool {
	source := document.EnvEntry(p.process.Container, route.Env).Get("valueFrom")
	if source == nil || route.From != nil {
		return false
	}
	review.skip(p.unknown, source, fmt.Sprintf("%s of container %s takes its value from %s; make sure that it says %s there",
		route.Env, p.process.Name(), cmp.Or(workload.SourceName(source), "elsewhere"), route.Value))
	return true
}

// change sets a variable; setting is how the report calls what that does.
func (p property) change(review *Review, reason verdict.Code, route workload.Route, setting string) {
	container := p.process.Container
	path, near, message := review.path(container, "env"), container, p.message+", by "+setting
	if entry := document.EnvEntry(container, route.Env); entry != nil {
		path, near = review.path(entry, "value"), entry
		if value := entry.Get("value"); value != nil {
			near = value
		}
	}
	if route.From != nil {
		message += ", in place of " + route.From.String()
	}
	review.change(reason, near, path, message,
		func(e *document.Editor) { e.SetEnv(container, route.Env, route.In(route.Current)) })
}

// appendArgument gives the command line an override, or another value to one that it
// has. A command line within a shell's script is changed in the script.
func (p property) appendArgument(review *Review, route workload.Route) {
	container := p.process.Container
	message := fmt.Sprintf("%s, by %s on the command line", p.message, route.Value)
	if route.Replace != nil {
		reason := p.appended
		if setting, ok := p.process.Property(p.name); ok && setting.Source == workload.FromArgument {
			reason = p.flipped
		}
		review.change(reason, route.Replace, review.path(route.Replace), message,
			func(e *document.Editor) { e.Replace(route.Replace, document.NewString(route.Text)) })
		return
	}
	at := container.Get("args")
	if at == nil {
		at = container
	}
	review.change(p.appended, at, review.path(container, "args"), message,
		func(e *document.Editor) { e.AppendArgs(container, route.Words...) })
}

// rewrite gives the script that starts the server one step more, or puts one around a
// command line that no shell reads so far.
func (p property) rewrite(review *Review, route workload.Route) {
	value := document.NewString(route.Text)
	if len(route.Words) > 0 {
		words := make([]*document.Node, len(route.Words))
		for i, word := range route.Words {
			words[i] = document.NewString(word)
		}
		value = document.NewSequence(words...)
	}
	review.change(p.appended, route.Replace, review.path(route.Replace), p.message+", by a line that the script writes into the configuration before it starts the server",
		func(e *document.Editor) { e.Replace(route.Replace, value) })
}

// near is where a setting is written, or the container for one that is a default.
func near(setting workload.Setting, process *workload.Process) workload.Place {
	if setting.Node != nil {
		return setting.Place
	}
	return workload.At(process.Container)
}

// instead is where a property has to be written that the pod cannot carry.
func instead(route workload.Route, process *workload.Process) workload.Place {
	if route.Near.Node != nil {
		return route.Near
	}
	return workload.At(process.Container)
}

// unseen says where a setting comes from whose value cannot be seen.
func unseen(setting workload.Setting) string {
	if within := setting.Within(); within != "" {
		return within + ", with a part that is only known when the container starts"
	}
	if name := workload.SourceName(setting.Node); name != "" {
		return name + ", where Sluice cannot look"
	}
	return "where Sluice cannot look"
}

// by says where a setting comes from, when that is not where the report points anyway.
func by(setting workload.Setting) string {
	if within := setting.Within(); within != "" {
		return ", by " + within
	}
	return ""
}

func isTrue(value string) bool { return strings.EqualFold(strings.TrimSpace(value), "true") }
