package policies

import (
	"fmt"
	"slices"

	"github.com/sluice-dev/sluice/document"
)

// servicePortTable is the fact table of a port of a Service.
var servicePortTable = []of[*servicePort]{
	{Definition{"subject", Text, []string{string(ServicePort)},
		"always the same"},
		(*servicePort).subject, (*servicePort).root},
	{Definition{"service", Text, nil,
		"the name of the Service"},
		(*servicePort).serviceName, (*servicePort).root},
	{Definition{"in_mesh", Text, []string{"yes", "no", "unknown"},
		"whether the pods behind it have a sidecar"},
		(*servicePort).inMesh, (*servicePort).root},
	{Definition{"port", Number, nil,
		"the number of the port"},
		(*servicePort).number, (*servicePort).numberPlace},
	{Definition{"protocol", Text, append(slices.Clone(istioProtocols), sniffed),
		"the protocol that Istio takes from appProtocol or from the port's name; sniffed when these say none"},
		(*servicePort).protocol, (*servicePort).protocolPlace},
	{Definition{"protocol_kind", Text, []string{"tcp", "tls", "http", "database", "other", sniffed},
		"what Istio makes of that protocol: http is for those that it decodes as HTTP, database for mongo, redis and mysql"},
		(*servicePort).protocolKind, (*servicePort).protocolPlace},
	{Definition{"protocol_word", Text, nil,
		"what says so: the value of appProtocol, or the port's name; empty for a port without both"},
		(*servicePort).protocolWord, (*servicePort).protocolPlace},
	{Definition{"serves", Text, []string{"", servesKafka, servesZooKeeper, servesHTTP},
		"what is spoken behind it; empty when that is not known"},
		(*servicePort).serves, (*servicePort).root},
	{Definition{"own_tls", Text, []string{"yes", "no", "unknown"},
		"whether the process behind it does TLS itself"},
		(*servicePort).ownTLS, (*servicePort).root},
	{Definition{"clashes_with", Text, nil,
		"the name of another Service of the namespace, with other pods, that has a port of the same number for which Istio has to guess or assumes HTTP; empty when there is none"},
		(*servicePort).clashesWith, (*servicePort).numberPlace},
	{Definition{"disagrees_with", Text, nil,
		"the name of another Service that leads to the same port of the pod with another protocol; empty when there is none"},
		(*servicePort).disagreesWith, (*servicePort).protocolPlace},
	{Definition{"other_protocol", Text, nil,
		"the protocol that the Service of disagrees_with says"},
		(*servicePort).otherProtocol, (*servicePort).protocolPlace},
	{Definition{"mtls", Text, []string{"strict", "permissive", "disable", "unknown"},
		"what the PeerAuthentications demand on the pod's port behind it"},
		(*servicePort).mtls, (*servicePort).mtlsPlace},
	{Definition{"client_tls", Text, []string{"istio-mutual", "disable", "other", "none", "unknown"},
		"what a DestinationRule says of connections to it; none when none says anything, unknown when there may be one"},
		(*servicePort).clientTLS, (*servicePort).clientTLSPlace},
}

// servicePort is one port of a Service.
type servicePort struct {
	*service
	port *document.Node
}

func (s *servicePort) named() Subject { return ServicePort }
func (s *servicePort) called() string {
	return fmt.Sprintf("port %v of %s", s.number(), s.service.called())
}

func (s *servicePort) subject() any { return string(ServicePort) }
func (s *servicePort) root() place  { return place{node: s.port} }

func (s *servicePort) number() any {
	number, _ := s.port.Get("port").Int()
	return int(number)
}

func (s *servicePort) numberPlace() place { return nearest(s.port, "port") }

func (s *servicePort) protocol() any {
	protocol, _ := protocolOf(s.port)
	return protocol
}

func (s *servicePort) protocolKind() any {
	protocol, _ := protocolOf(s.port)
	return kindOfProtocol(protocol)
}

func (s *servicePort) protocolPlace() place {
	_, at := protocolOf(s.port)
	return at
}

func (s *servicePort) protocolWord() any {
	if word := s.port.Get("appProtocol").Text(); word != "" {
		return word
	}
	return s.port.Get("name").Text()
}

func (s *servicePort) serves() any {
	if at := s.at(s.target(s.port)); at != nil {
		return at.serves
	}
	return ""
}

func (s *servicePort) ownTLS() any {
	at := s.at(s.target(s.port))
	switch {
	case at == nil || !at.certain:
		return "unknown"
	case at.tls:
		return "yes"
	default:
		return "no"
	}
}

// clashesWith looks for what shares the listener of all addresses that clients' proxies
// have for a port whose protocol they must find out.
func (s *servicePort) clashesWith() any {
	number, _ := s.port.Get("port").Int()
	for _, other := range s.neighbours {
		if selects(other.Root.At("spec", "selector"), s.Pod.At("metadata", "labels")) {
			continue
		}
		for _, port := range other.Root.At("spec", "ports").Items() {
			protocol, _ := protocolOf(port)
			if same, ok := port.Get("port").Int(); ok && same == number && (protocol == sniffed || kindOfProtocol(protocol) == "http") {
				return other.Root.At("metadata", "name").Text()
			}
		}
	}
	return ""
}

// contradiction returns another Service that leads to the same port of the pod, and what
// it says of it. A port for which Istio has to guess contradicts nothing that is said.
func (s *servicePort) contradiction() (service, protocol string) {
	own, _ := protocolOf(s.port)
	target := s.target(s.port)
	for _, other := range s.services {
		for _, port := range other.Root.At("spec", "ports").Items() {
			said, _ := protocolOf(port)
			if other.Root != s.home.Root && s.target(port) == target && said != own {
				return other.Root.At("metadata", "name").Text(), said
			}
		}
	}
	return "", ""
}

func (s *servicePort) disagreesWith() any {
	service, _ := s.contradiction()
	return service
}

func (s *servicePort) otherProtocol() any {
	_, protocol := s.contradiction()
	return protocol
}

func (s *servicePort) mtls() any { return s.peerMode(s.target(s.port)) }

func (s *servicePort) mtlsPlace() place {
	if at, ok := s.peerPlace(s.target(s.port)); ok {
		return at
	}
	return s.root()
}

func (s *servicePort) clientTLS() any {
	mode, _ := s.clientMode(s.service, s.port)
	return mode
}

func (s *servicePort) clientTLSPlace() place {
	if _, tls := s.clientMode(s.service, s.port); tls.Node != nil {
		in := homeOf(tls.Rule, "")
		return place{node: tls.Node, in: &in}
	}
	return s.numberPlace()
}
