package surroundings

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Outbound is a connection that a pod makes to a port of a Service.
type Outbound struct {
	// Namespace and Labels are those of the pod.
	Namespace string
	Labels    *document.Node
	// Service is the Service, and Port the one that is dialled.
	Service Host
	Port    int
	// RootNamespace is the mesh's.
	RootNamespace string
}

// ClientTLS is the TLS of a connection that a pod makes.
type ClientTLS struct {
	// Mode is ISTIO_MUTUAL, MUTUAL, SIMPLE or DISABLE.
	Mode string
	// Rule is the DestinationRule that says so, and Node where.
	Rule Object
	Node *document.Node
}

// TLSMode returns the mode of TLSOf.
func TLSMode(ctx context.Context, around Surroundings, o Outbound) (mode string, known Knowledge) {
	tls, known := TLSOf(ctx, around, o)
	return tls.Mode, known
}

// TLSOf returns what a DestinationRule says of a connection. Absent means that no rule
// decides, so that Istio chooses by what it knows of the Service's pods.
//
// Istio looks for the rule in the pod's namespace, then in the Service's, then in the
// root namespace, and takes the one whose host says most.
func TLSOf(ctx context.Context, around Surroundings, o Outbound) (ClientTLS, Knowledge) {
	result := Absent
	namespaces := []string{o.Namespace, o.Service.Namespace, o.RootNamespace}
	for i, namespace := range namespaces {
		if slices.Contains(namespaces[:i], namespace) {
			continue
		}
		rules, complete := around.Objects(ctx, DestinationRule, namespace)
		if rule, ok := o.best(rules, namespace); ok {
			node := o.mode(rule.Root.Get("spec"))
			if node.Text() == "" {
				return ClientTLS{}, Absent // this rule counts, and leaves it to Istio
			}
			return ClientTLS{node.Text(), rule, node}, Found
		}
		if !complete {
			result = Unknown
		}
	}
	return ClientTLS{}, result
}

// best returns the rule of a namespace that governs the connection.
func (o *Outbound) best(rules []Object, namespace string) (best Object, ok bool) {
	most := -1
	for _, rule := range rules {
		spec := rule.Root.Get("spec")
		weight := o.matches(spec.Get("host").Text(), namespace)
		if weight > most && o.selects(spec) && o.sees(spec, namespace) {
			best, most = rule, weight
		}
	}
	return best, most >= 0
}

// matches returns how much a rule's host says of the Service, -1 when it is another.
func (o *Outbound) matches(host, namespace string) int {
	name := o.Service.Name + "." + o.Service.Namespace
	switch suffix, wildcard := strings.CutPrefix(host, "*"); {
	case host == "":
		return -1
	case !wildcard && !strings.Contains(host, "."):
		// A short name is one in the rule's own namespace.
		if host == o.Service.Name && namespace == o.Service.Namespace {
			return exactly
		}
	case !wildcard:
		if host, _, ok := strings.Cut(host, "."+serviceLabel+"."); ok && host == name {
			return exactly
		}
	default:
		// The cluster's domain, whatever it is, follows the name.
		before, _, inCluster := strings.Cut(suffix, "."+serviceLabel+".")
		switch {
		case inCluster && (before == "" || strings.HasPrefix(before, ".") && strings.HasSuffix(name, before)),
			!inCluster && strings.HasSuffix(everyService, suffix):
			return len(suffix)
		}
	}
	return -1
}

// everyService is how the names of all Services end in a cluster that nobody renamed.
const everyService = "." + serviceLabel + ".cluster.local"

// exactly is more than any wildcard says; a host has at most 253 characters.
const exactly = 1 << 10

// selects reports whether a rule is for the pod.
func (o *Outbound) selects(spec *document.Node) bool {
	return hasLabels(o.Labels, spec.At("workloadSelector", "matchLabels"))
}

// sees reports whether a rule is exported to the pod's namespace.
func (o *Outbound) sees(spec *document.Node, namespace string) bool {
	if namespace == o.Namespace {
		return true
	}
	exported := spec.Get("exportTo").Items()
	return len(exported) == 0 || slices.ContainsFunc(exported, func(to *document.Node) bool {
		return to.Text() == "*" || to.Text() == o.Namespace
	})
}

// mode returns where a rule gives the port its mode, or nil. Settings of a port take the
// place of all settings of the rule.
func (o *Outbound) mode(spec *document.Node) *document.Node {
	policy := spec.Get("trafficPolicy")
	for _, settings := range policy.Get("portLevelSettings").Items() {
		if number, ok := settings.At("port", "number").Int(); ok && int(number) == o.Port {
			return settings.At("tls", "mode")
		}
	}
	return policy.At("tls", "mode")
}
