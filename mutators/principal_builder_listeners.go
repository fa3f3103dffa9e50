package mutators

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// The classes of the plug-in, in principal/.
const (
	engineFactoryClass    = "dev.sluice.kafka.MeshIdentitySslEngineFactory"
	principalBuilderClass = "dev.sluice.kafka.MeshPrincipalBuilder"
)

// listenerPlan is what a process needs so that its listeners take the identity.
type listenerPlan struct {
	properties []property
	ports      []int
}

// planListeners decides which listeners take the identity: those in plaintext on a
// port whose filter the mesh has, and those that take it already.
func planListeners(ctx context.Context, review *Review, process *workload.Process) (listenerPlan, *hindrance) {
	setting, found := visible(process, "listeners")
	if found != nil {
		return listenerPlan{}, found
	}
	listeners := workload.ReadListeners(setting.Value)
	protocols, ok := process.Protocols(listeners)
	if !ok {
		_, found := visible(process, "listener.security.protocol.map")
		return listenerPlan{}, found
	}
	var plan listenerPlan
	var names, others []string
	for _, listener := range listeners {
		factory, _ := process.Property(workload.ListenerProperty(listener.Name, "ssl.engine.factory.class"))
		protocol := protocols.Of(listener.Name)
		switch {
		case protocol == "SSL" && factory.Value == engineFactoryClass:
		case protocol != "PLAINTEXT":
			continue
		default:
			if why := unfiltered(ctx, review, listener.Port); why != "" {
				others = append(others, fmt.Sprintf("left %s on port %d in plaintext: %s", listener.Name, listener.Port, why))
				continue
			}
		}
		names = append(names, listener.Name)
		plan.ports = append(plan.ports, listener.Port)
	}
	if len(names) == 0 {
		return plan, noListener(process, setting, others)
	}
	if len(others) > 0 {
		review.skipAt(verdict.PrincipalNoFilter, near(setting, process), strings.Join(others, "; "))
	}
	if found := plan.wants(review, process, protocols, names); found != nil {
		return listenerPlan{}, found
	}
	found = plan.blocked(process)
	return plan, found
}

func noListener(process *workload.Process, setting workload.Setting, others []string) *hindrance {
	message := fmt.Sprintf("container %s has no listener in plaintext; those with TLS or SASL know their clients already", process.Name())
	if len(others) > 0 {
		message = strings.Join(others, "; ")
	}
	return &hindrance{verdict.PrincipalNoFilter, near(setting, process), message}
}

// unfiltered says why no proxy may be relied on to write its header on a port; empty if
// nothing speaks against it. Where filters cannot be seen, the settings have the last
// word.
func unfiltered(ctx context.Context, review *Review, port int) string {
	if !slices.Contains(review.Settings.Identity.Ports, port) {
		return "the settings do not name the port in identity.ports, so the mesh may have no filter for it"
	}
	name := identity.FilterName(port)
	for _, namespace := range []string{review.Settings.Mesh.RootNamespace, review.Namespace} {
		filter, knowledge := review.Surroundings.Object(ctx, surroundings.EnvoyFilter, namespace, name)
		if knowledge == surroundings.Unknown {
			return ""
		}
		if knowledge == surroundings.Found && filter.Root.At("spec", "workloadSelector", "labels", identity.Label(port)).Text() == identity.LabelValue {
			return ""
		}
	}
	return fmt.Sprintf("the mesh has no EnvoyFilter %s in %s that selects %s: %s", name, review.Settings.Mesh.RootNamespace,
		identity.Label(port), identity.LabelValue)
}

// visible returns a property whose value has to be seen.
func visible(process *workload.Process, name string) (workload.Setting, *hindrance) {
	setting, set := process.Property(name)
	if !set || !setting.Known {
		return setting, &hindrance{verdict.PrincipalUnknownValue, near(setting, process), fmt.Sprintf(
			"%s of container %s stands where Sluice cannot look", name, process.Name())}
	}
	return setting, nil
}

// wants gathers the properties that have another value than they need.
func (l *listenerPlan) wants(review *Review, process *workload.Process, by workload.Protocols, names []string) *hindrance {
	for _, name := range names {
		by.Set(name, "SSL")
	}
	self := "spiffe://" + review.Settings.Identity.TrustDomain + "/ns/" + review.Namespace + "/sa/" +
		review.pod().At("spec", "serviceAccountName").Text()
	users, found := superUsers(process, "User:"+self)
	if found != nil {
		return found
	}
	want := [][2]string{{"listener.security.protocol.map", by.String()}}
	if _, set := process.Property("inter.broker.listener.name"); !set && process.Role == workload.Broker {
		if _, set := process.Property("security.inter.broker.protocol"); set || !slices.Contains(names, "PLAINTEXT") {
			return &hindrance{verdict.PrincipalUnknownValue, workload.At(process.Container), fmt.Sprintf(
				"container %s does not say which of its listeners is for brokers among themselves; set inter.broker.listener.name", process.Name())}
		}
		want = append(want, [2]string{"inter.broker.listener.name", "PLAINTEXT"})
	}
	for _, name := range names {
		want = append(want,
			[2]string{workload.ListenerProperty(name, "ssl.engine.factory.class"), engineFactoryClass},
			[2]string{workload.ListenerProperty(name, "principal.builder.class"), principalBuilderClass})
	}
	want = append(want, [2]string{"sluice.identity.trust.domains", review.Settings.Identity.TrustDomain},
		[2]string{"sluice.identity.self", self}, [2]string{"super.users", users})
	for _, each := range want {
		if current, set := process.Property(each[0]); set && current.Known && current.Value == each[1] {
			continue
		}
		l.properties = append(l.properties, property{
			process: process, name: each[0], value: each[1], rewrites: true, // this mutator only runs on request
			message: fmt.Sprintf("container %s now takes the mesh's identity", process.Name()),
			set:     verdict.PrincipalListener, flipped: verdict.PrincipalListener, appended: verdict.PrincipalListener,
			unknown: verdict.PrincipalUnknownValue,
		})
	}
	return nil
}

// superUsers adds the node's own principal to those that are there: while a cluster
// moves over, nodes that have not moved still see the others as they did.
func superUsers(process *workload.Process, own string) (string, *hindrance) {
	setting, set := process.Property("super.users")
	if !set || setting.Known && strings.TrimSpace(setting.Value) == "" {
		return own, nil
	}
	if !setting.Known {
		_, found := visible(process, "super.users")
		return "", found
	}
	for user := range strings.SplitSeq(setting.Value, ";") {
		if strings.TrimSpace(user) == own {
			return setting.Value, nil
		}
	}
	return strings.TrimRight(setting.Value, "; ") + ";" + own, nil
}

// blocked tells what keeps one of the properties from being set. Then none is: a
// listener without its class would not start, and one without its builder would call
// everybody ANONYMOUS.
func (l *listenerPlan) blocked(process *workload.Process) *hindrance {
	if len(l.properties) == 0 {
		return nil
	}
	if !tolerant(process) {
		return &hindrance{verdict.PrincipalNoRoute, workload.At(process.Container), fmt.Sprintf(
			"the start script of container %s wants a key store for a listener with the protocol SSL, or has not been tried", process.Name())}
	}
	replaced := map[*document.Node]bool{}
	for _, p := range l.properties {
		route := process.Route(p.name, p.value)
		if route.Kind == workload.RouteNone {
			return &hindrance{route.Why, instead(route, process), fmt.Sprintf("%s of container %s was left alone: %s", p.name, process.Name(), route.Instead)}
		}
		if source := document.EnvEntry(process.Container, route.Env).Get("valueFrom"); route.Env != "" && source != nil && route.From == nil {
			return &hindrance{verdict.PrincipalUnknownValue, workload.At(source), fmt.Sprintf("%s of container %s takes its value from elsewhere", route.Env, process.Name())}
		}
		if route.Replace == nil {
			continue
		}
		if replaced[route.Replace] {
			return &hindrance{verdict.PrincipalNoRoute, workload.At(route.Replace), fmt.Sprintf(
				"several properties of container %s stand in one script, which Sluice changes once at most", process.Name())}
		}
		replaced[route.Replace] = true
	}
	return nil
}

// tolerant reports whether the image's start script takes a listener with the protocol
// SSL that has no key store. Apache's and Confluent's look for one when an advertised
// listener is called SSL; Bitnami's as soon as the map says SSL. Others have not been
// tried.
func tolerant(process *workload.Process) bool {
	if !slices.Contains([]string{"apache-kafka", "confluent-kafka", "plain-kafka"}, process.Distribution.Name) {
		return false
	}
	advertised, _ := process.Property("advertised.listeners")
	return !strings.Contains(advertised.Value, "SSL://")
}
