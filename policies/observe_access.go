package policies

import (
	"context"
	"slices"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// accessTable is the fact table of a Role or RoleBinding.
var accessTable = []of[*access]{
	{Definition{"subject", Text, []string{string(Access)},
		"always the same"},
		(*access).subject, (*access).root},
	{Definition{"enters_pods", Boolean, nil,
		"whether it lets somebody into running pods of the namespace, by exec, attach or an ephemeral container"},
		(*access).enters, (*access).place},
	{Definition{"way", Text, nil,
		"the first way in, as in pods/exec, or the ClusterRole that has all of them; empty when there is none"},
		(*access).wayIn, (*access).place},
	{Definition{"pods_are_trusted", Text, answers,
		"whether the namespace asks for principal-builder, so that whoever is in a broker's pod can say who he is"},
		(*access).podsAreTrusted, (*access).root},
}

// access is a Role or RoleBinding.
type access struct {
	home
	trusted workload.Answer
	way     string
	at      place
}

// waysIn are the subresources of a pod by which one gets into it, and the verbs.
var waysIn = []struct {
	resource string
	verbs    []string
}{
	{"pods/exec", []string{"create", "get"}},
	{"pods/attach", []string{"create", "get"}},
	{"pods/ephemeralcontainers", []string{"patch", "update"}},
}

// enteringClusterRoles are those of every Kubernetes that have all these ways.
var enteringClusterRoles = []string{"admin", "cluster-admin", "edit"}

// identityAnnotation asks for the mutator whose brokers believe what is in their pods.
const identityAnnotation = "sluice.dev/principal-builder"

func accesses(ctx context.Context, in home, around surroundings.Surroundings) []subject {
	a := &access{home: in, trusted: workload.Unknown, at: place{node: in.Root}}
	if namespace, seen := around.Namespace(ctx, in.name.Namespace); seen == surroundings.Found {
		a.trusted = workload.No
		if namespace.Annotations[identityAnnotation] == "enforce" {
			a.trusted = workload.Yes
		}
	}
	if ref := in.Root.Get("roleRef"); ref != nil {
		if name := ref.Get("name"); ref.Get("kind").Text() == "ClusterRole" && slices.Contains(enteringClusterRoles, name.Text()) {
			a.way, a.at = "ClusterRole "+name.Text(), place{node: name}
		}
		return []subject{a}
	}
	for _, rule := range in.Root.Get("rules").Items() {
		if way, node := wayIn(rule); node != nil {
			a.way, a.at = way, place{node: node}
			break
		}
	}
	return []subject{a}
}

// wayIn finds the first way that a rule of a Role opens, and where it says so.
func wayIn(rule *document.Node) (string, *document.Node) {
	if !granted(rule.Get("apiGroups"), "") {
		return "", nil
	}
	for _, way := range waysIn {
		if !slices.ContainsFunc(way.verbs, func(verb string) bool { return granted(rule.Get("verbs"), verb) }) {
			continue
		}
		for _, resource := range rule.Get("resources").Items() {
			if name := resource.Text(); name == way.resource || name == "*" || name == "pods/*" {
				return way.resource, resource
			}
		}
	}
	return "", nil
}

// granted reports whether a list of a Role has an item, or all.
func granted(list *document.Node, item string) bool {
	return slices.ContainsFunc(list.Items(), func(n *document.Node) bool { return n.Text() == item || n.Text() == "*" })
}

func (a *access) named() Subject { return Access }
func (a *access) called() string { return a.name.String() }
func (a *access) within() home   { return a.home }

func (a *access) subject() any        { return string(Access) }
func (a *access) root() place         { return place{node: a.Root} }
func (a *access) place() place        { return a.at }
func (a *access) enters() any         { return a.way != "" }
func (a *access) wayIn() any          { return a.way }
func (a *access) podsAreTrusted() any { return string(a.trusted) }
