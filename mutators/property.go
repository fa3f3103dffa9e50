package mutators

import (
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
	// The reason codes: nothing set it before, something set it to another value,
	// it was added to a list or command line, its value cannot be seen.
	set, flipped, appended, unknown verdict.Code
}

func (p property) apply(review *Review) {
	route := p.process.Route(p.name, p.value)
	switch route.Kind {
	case workload.RouteEnv:
		p.setEnv(review, route)
	case workload.RouteEnvList:
		p.setEnvList(review, route)
	case workload.RouteArgument:
		p.appendArgument(review, route)
	default:
		review.skip(route.Why, p.process.Container, fmt.Sprintf(
			"%s of container %s was left alone: %s", p.name, p.process.Name(), route.Instead))
	}
}

// setEnv puts the value into the variable that the image makes a property of.
func (p property) setEnv(review *Review, route workload.Route) {
	entry := document.EnvEntry(p.process.Container, route.Env)
	current := entry.Get("value")
	if p.hidden(review, route, entry) {
		return
	}
	reason, at := p.set, p.process.Container
	if current.Text() != "" {
		reason, at = p.flipped, current
	}
	p.change(review, reason, at, route.Env+"="+route.Value, route.Env, route.Value)
}

// setEnvList puts property=value into a variable that holds several of them.
func (p property) setEnvList(review *Review, route workload.Route) {
	entry := document.EnvEntry(p.process.Container, route.Env)
	if p.hidden(review, route, entry) {
		return
	}
	current, setting := entry.Get("value"), route.Value+" in "+route.Env
	if strings.TrimSpace(current.Text()) == "" {
		p.change(review, p.set, p.process.Container, setting, route.Env, route.Value)
		return
	}
	reason := p.appended
	if before, ok := p.process.Property(p.name); ok && before.Source == workload.FromEnv {
		reason = p.flipped
	}
	p.change(review, reason, current, setting, route.Env, route.In(current.Text()))
}

// hidden reports, and says so, when the variable takes its value from elsewhere:
// writing a literal beside valueFrom would be refused by the API server.
func (p property) hidden(review *Review, route workload.Route, entry *document.Node) bool {
	source := entry.Get("valueFrom")
	if source == nil {
		return false
	}
	review.skip(p.unknown, source, fmt.Sprintf(
		"%s of container %s takes its value from elsewhere; make sure that it says %s there", route.Env, p.process.Name(), route.Value))
	return true
}

// change sets a variable; setting is how the report calls what that does.
func (p property) change(review *Review, reason verdict.Code, near *document.Node, setting, variable, value string) {
	path := review.path(p.process.Container, "env")
	if entry := document.EnvEntry(p.process.Container, variable); entry != nil {
		path = review.path(entry, "value")
	}
	review.change(reason, near, path, p.message+", by "+setting,
		func(e *document.Editor) { e.SetEnv(p.process.Container, variable, value) })
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

// near is where a setting is written, or the container for one that is a default.
func near(setting workload.Setting, process *workload.Process) *document.Node {
	if setting.Node != nil {
		return setting.Node
	}
	return process.Container
}

func isTrue(value string) bool { return strings.EqualFold(strings.TrimSpace(value), "true") }
