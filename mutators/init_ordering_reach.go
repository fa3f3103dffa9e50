package mutators

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/wait/target"
	"github.com/sluice-dev/sluice/workload"
)

// reachable returns the addresses through which the targets of a dependency can be
// asked; of those that cannot it reports the first, unless another one can.
func (o *ordering) reachable(ctx context.Context, d dependency) target.Group {
	var group target.Group
	var first *hindrance
	for _, to := range d.targets {
		reached, inTheWay := o.reach(ctx, d.near, to)
		switch {
		case inTheWay != nil && inTheWay.why == verdict.OrderOwnTarget:
			// Who is one of those that it would wait for waits for none of them: the
			// others may be waiting as well.
			o.review.skipAt(inTheWay.why, d.near, inTheWay.message)
			return nil
		case inTheWay != nil && first == nil:
			first = inTheWay
		case inTheWay == nil && !slices.Contains(group, reached):
			group = append(group, reached)
		}
	}
	if len(group) == 0 && first != nil {
		o.review.skipAt(first.why, d.near, first.message)
	}
	return group
}

// reach returns the address at which a target can be asked: its own, or another one of
// the same pods.
func (o *ordering) reach(ctx context.Context, near workload.Place, to target.Target) (target.Target, *hindrance) {
	if isOwnAddress(to.Host) {
		return to, &hindrance{verdict.OrderOwnTarget, near, fmt.Sprintf("nothing waits: %s is the pod itself", to)}
	}
	around, namespace := o.review.Surroundings, o.review.Namespace
	host, known := surroundings.ResolveHost(ctx, around, to.Host, namespace)
	switch {
	case known == surroundings.Found && o.isOwn(host):
		return to, &hindrance{verdict.OrderOwnTarget, near, fmt.Sprintf("nothing waits: %s may be the pod itself", to)}
	case known == surroundings.Found:
		return o.through(ctx, near, to, host)
	case known == surroundings.Absent && !surroundings.InCluster(to.Host):
		return to, nil // outside of the cluster, where no proxy guesses
	default:
		return to, &hindrance{verdict.OrderNoService, near, fmt.Sprintf("nothing waits: no Service for %s can be seen", to)}
	}
}

// through returns the address at which a Service's pods can be asked without keeping
// the proxy in the trap of headless Services: Istio decides once whether connections to
// such pods are mTLS, and decides for plaintext when the Service has no pods yet. A
// proxy that is up by then, which waiting is what makes it, is refused by STRICT peers
// as long as it lives. Where a DestinationRule decides, nobody guesses; and a Service
// with an address of its own is decided pod by pod.
func (o *ordering) through(ctx context.Context, near workload.Place, to target.Target, host surroundings.Host) (target.Target, *hindrance) {
	if !surroundings.Headless(host.Service) {
		return to, nil
	}
	mode, known := surroundings.TLSMode(ctx, o.review.Surroundings, surroundings.Outbound{
		Namespace: o.review.Namespace, Labels: o.review.pod().At("metadata", "labels"),
		Service: host, Port: int(to.Port), RootNamespace: o.review.Settings.Mesh.RootNamespace,
	})
	if known == surroundings.Found && mode != "" {
		return to, nil
	}
	services, _ := o.review.Surroundings.Objects(ctx, surroundings.Service, host.Namespace)
	for _, other := range services {
		port, ok := samePods(host.Service.Root, other.Root, int64(to.Port))
		if !ok || o.isOwn(surroundings.Host{Namespace: host.Namespace, Service: other}) {
			continue
		}
		name := other.Root.At("metadata", "name").Text()
		to.Host, to.Port = name+"."+host.Namespace+".svc", port
		return to, nil
	}
	return to, &hindrance{verdict.OrderHeadless, near, fmt.Sprintf(
		"nothing waits: %s is behind the headless Service %s/%s, for which no DestinationRule says tls.mode ISTIO_MUTUAL, and no other Service has the same pods",
		to, host.Namespace, host.Name)}
}

// samePods returns the port of another Service that leads to the same port of the same
// pods as a port of a headless one. The other one has an address of its own.
func samePods(headless, other *document.Node, port int64) (uint16, bool) {
	spec, otherSpec := headless.Get("spec"), other.Get("spec")
	if surroundings.Headless(surroundings.Object{Root: other}) || otherSpec.Get("type").Text() == "ExternalName" ||
		len(spec.Get("selector").Entries()) == 0 || !document.Equal(spec.Get("selector"), otherSpec.Get("selector")) {
		return 0, false
	}
	behind := strconv.FormatInt(port, 10)
	for _, entry := range spec.Get("ports").Items() {
		if number, ok := entry.Get("port").Int(); ok && number == port {
			behind = targetPort(entry)
		}
	}
	for _, entry := range otherSpec.Get("ports").Items() {
		number, ok := entry.Get("port").Int()
		if ok && number > 0 && number <= 65535 && targetPort(entry) == behind {
			return uint16(number), true
		}
	}
	return 0, false
}

// targetPort is the pods' port of a Service's port, by number or by name.
func targetPort(port *document.Node) string {
	behind := port.Get("targetPort")
	if behind == nil || behind.Kind == document.Null {
		behind = port.Get("port")
	}
	return behind.Value
}

// isOwnAddress tells the addresses that mean the pod that dials them.
func isOwnAddress(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.IsLoopback() || address.IsUnspecified()
	}
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// isOwn reports whether a Service's name, or that of a pod behind it, may be the name of
// the pod under review.
func (o *ordering) isOwn(host surroundings.Host) bool {
	if host.Namespace != o.review.Namespace {
		return false
	}
	selector := host.Service.Root.At("spec", "selector").Entries()
	labels := o.review.pod().At("metadata", "labels")
	if len(selector) == 0 || slices.ContainsFunc(selector, func(wanted *document.Node) bool {
		return labels.Get(wanted.Key).Text() != wanted.Text()
	}) {
		return false
	}
	return host.Pod == "" || o.isNamed(host.Pod)
}

// ordinal is what a StatefulSet puts behind its own name to name a pod.
var ordinal = regexp.MustCompile(`^-[0-9]+$`)

// isNamed reports whether a pod's host name is, or may become, that of the pod under
// review.
func (o *ordering) isNamed(name string) bool {
	if hostname := o.review.pod().At("spec", "hostname").Text(); hostname != "" {
		return hostname == name
	}
	object := o.review.Workload.Object
	switch object.Kind {
	case "Pod":
		return name == object.Name
	case "StatefulSet":
		number, ok := strings.CutPrefix(name, object.Name)
		return ok && ordinal.MatchString(number)
	default:
		return false // nobody knows the names of a Deployment's pods beforehand
	}
}
