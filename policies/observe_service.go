package policies

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// serviceTable is the fact table of a Service.
var serviceTable = []of[*service]{
	{Definition{"subject", Text, []string{string(Service)},
		"always the same"},
		(*service).subject, (*service).root},
	{Definition{"service", Text, nil,
		"the name of the Service"},
		(*service).serviceName, (*service).root},
	{Definition{"in_mesh", Text, []string{"yes", "no", "unknown"},
		"whether the pods that it selects have a sidecar"},
		(*service).inMesh, (*service).root},
	{Definition{"headless", Boolean, nil,
		"whether it has no address of its own, so that its name means its pods"},
		(*service).headless, (*service).headlessPlace},
	{Definition{"names_peers", Boolean, nil,
		"whether the members of a quorum, of two or more, dial each other by names below the Service's"},
		(*service).namesPeers, (*service).root},
	{Definition{"publishes_not_ready", Boolean, nil,
		"whether pods have their names before they are ready: publishNotReadyAddresses"},
		(*service).publishesNotReady, (*service).publishesNotReadyPlace},
	{Definition{"readiness", Text, []string{"always", "probed", "needs-quorum"},
		"whether the processes of the quorum have a readiness probe, and whether that cannot succeed before there is a quorum"},
		(*service).readiness, (*service).root},
	{Definition{"mtls", Text, []string{"strict", "permissive", "disable", "unknown"},
		"what the PeerAuthentications demand on its ports for Kafka and ZooKeeper: strict if they do so on any"},
		(*service).mtls, (*service).root},
	{Definition{"client_tls", Text, []string{"istio-mutual", "disable", "other", "none", "unknown"},
		"what a DestinationRule says of connections to these ports; none when none says anything, unknown when there may be one"},
		(*service).clientTLS, (*service).headlessPlace},
}

// service is a Service and the pod that it selects.
type service struct {
	*pod
	home
}

func (s *service) named() Subject { return Service }
func (s *service) called() string { return s.name.String() }
func (s *service) within() home   { return s.home }

func (s *service) subject() any         { return string(Service) }
func (s *service) root() place          { return place{node: s.home.Root} }
func (s *service) serviceName() any     { return s.name.Name }
func (s *service) inMesh() any          { return string(s.membership.Answer) }
func (s *service) headless() any        { return surroundings.Headless(s.Object) }
func (s *service) headlessPlace() place { return nearest(s.home.Root, "spec", "clusterIP") }

// namesPeers goes by the names in the configuration, and where these cannot be seen by
// the Service that a StatefulSet is given for the names of its pods.
func (s *service) namesPeers() any {
	if replicas, ok := s.pod.Root.At("spec", "replicas").Int(); ok && replicas < 2 {
		return false
	}
	for _, process := range s.processes {
		members, known := process.members()
		if known && slices.ContainsFunc(members, func(member server) bool { return s.names(member.host) }) {
			return len(members) > 1
		}
		if !known && (process.Controller || process.Role == workload.ZooKeeper) && s.pod.Root.At("spec", "serviceName").Text() == s.name.Name {
			return true
		}
	}
	return false
}

// names reports whether a host is the name of a pod behind the Service.
func (s *service) names(host string) bool {
	_, rest, ok := strings.Cut(host, ".")
	first, _, _ := strings.Cut(rest, ".")
	return ok && first == s.name.Name
}

func (s *service) publishesNotReady() any {
	return s.home.Root.At("spec", "publishNotReadyAddresses").IsTrue()
}

func (s *service) publishesNotReadyPlace() place {
	return nearest(s.home.Root, "spec", "publishNotReadyAddresses")
}

// readiness looks at the probes of the members of the quorum. A combined node opens the
// ports of the broker only once the quorum has let it register; ZooKeeper opens its
// port at once.
func (s *service) readiness() any {
	answer := "always"
	for _, process := range s.processes {
		probe := process.Container.Get("readinessProbe")
		if probe == nil || !process.Controller && process.Role != workload.ZooKeeper {
			continue
		}
		answer = "probed"
		port := s.portOf(process.Container, probe.At("tcpSocket", "port"))
		if at := s.at(port); process.Role == workload.Broker && at != nil && !at.quorum {
			return "needs-quorum"
		}
	}
	return answer
}

func (s *service) mtls() any {
	answer := ""
	for _, port := range s.serverPorts() {
		switch mode := s.peerMode(s.target(port)); {
		case mode == "strict", answer == "":
			answer = mode
		case answer != "strict" && mode != answer:
			answer = "unknown"
		}
	}
	if answer == "" {
		return "unknown"
	}
	return answer
}

// clientTLS is that of the port of which it says least.
func (s *service) clientTLS() any {
	answers := map[string]bool{}
	for _, port := range s.serverPorts() {
		mode, _ := s.clientMode(s, port)
		answers[mode] = true
	}
	for _, answer := range []string{"disable", "none", "other", "istio-mutual"} {
		if answers[answer] {
			return answer
		}
	}
	return "unknown"
}

// serverPorts are the ports of the Service behind which Kafka or ZooKeeper listens.
func (s *service) serverPorts() []*document.Node {
	var all []*document.Node
	for _, port := range s.home.Root.At("spec", "ports").Items() {
		if at := s.at(s.target(port)); at != nil && at.serves != servesHTTP {
			all = append(all, port)
		}
	}
	return all
}

// findServices looks for the Services that select the pod, and for all others.
func (p *pod) findServices(ctx context.Context, around surroundings.Surroundings) {
	p.neighbours, _ = around.Objects(ctx, surroundings.Service, p.Object.Namespace)
	labels := p.Pod.At("metadata", "labels")
	for _, service := range p.neighbours {
		if selects(service.Root.At("spec", "selector"), labels) {
			p.services = append(p.services, service)
		}
	}
}

// selects reports whether a selector that lists labels fits a pod with these. An empty
// one, that of a Service whose endpoints somebody else keeps, fits none.
func selects(selector, labels *document.Node) bool {
	wanted := selector.Entries()
	return len(wanted) > 0 && !slices.ContainsFunc(wanted, func(label *document.Node) bool {
		return labels.Get(label.Key).Text() != label.Text()
	})
}

// addServices adds the Services of a pod, each followed by its ports.
func (p *pod) addServices(all []subject) []subject {
	for _, object := range p.services {
		one := &service{p, homeOf(object, p.Object.Namespace)}
		all = append(all, one)
		for _, port := range object.Root.At("spec", "ports").Items() {
			all = append(all, &servicePort{one, port})
		}
	}
	return all
}
