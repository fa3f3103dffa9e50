package policies

import (
	"context"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// policies are what the objects of the mesh say of the ports of a pod. They are asked
// for once a fact needs them.
type policies struct {
	// peers says what a port of the pod demands.
	peers func(port int) (surroundings.PeerTLS, surroundings.Knowledge)
	// clients says how a pod of the namespace dials a port of a Service.
	clients func(service surroundings.Host, port int) (surroundings.ClientTLS, surroundings.Knowledge)
}

func policiesOf(ctx context.Context, w *workload.Workload, around surroundings.Surroundings) policies {
	namespace, labels := w.Object.Namespace, w.Pod.At("metadata", "labels")
	return policies{
		peers: func(port int) (surroundings.PeerTLS, surroundings.Knowledge) {
			return surroundings.PeerMode(ctx, around, surroundings.Inbound{Namespace: namespace, Labels: labels, Port: port})
		},
		clients: func(service surroundings.Host, port int) (surroundings.ClientTLS, surroundings.Knowledge) {
			return surroundings.TLSOf(ctx, around, surroundings.Outbound{
				Namespace: namespace, Labels: labels, Service: service, Port: port, RootNamespace: around.RootNamespace(),
			})
		},
	}
}

// peerModes are the values of facts about what a port demands.
var peerModes = map[string]string{"STRICT": "strict", "PERMISSIVE": "permissive", "DISABLE": "disable"}

// peerMode says what a port of the pod demands; "unknown" when nobody can tell.
func (p *pod) peerMode(port int) string {
	found, known := p.peers(port)
	if mode, ok := peerModes[found.Mode]; ok && known != surroundings.Unknown {
		return mode
	}
	return "unknown"
}

// peerPlace is where a policy says that; ok is false where none does.
func (p *pod) peerPlace(port int) (at place, ok bool) {
	found, known := p.peers(port)
	if known != surroundings.Found {
		return place{}, false
	}
	in := homeOf(found.Policy, "")
	return place{node: found.Node, in: &in}, true
}

// clientModes are the values of facts about how a Service is dialled.
var clientModes = map[string]string{"ISTIO_MUTUAL": "istio-mutual", "DISABLE": "disable", "SIMPLE": "other", "MUTUAL": "other"}

// clientMode says how a pod of the namespace dials a port of a Service.
func (p *pod) clientMode(s *service, port *document.Node) (string, surroundings.ClientTLS) {
	number, _ := port.Get("port").Int()
	found, known := p.clients(surroundings.Host{Service: s.Object, Namespace: s.name.Namespace, Name: s.name.Name}, int(number))
	switch mode, ok := clientModes[found.Mode]; {
	case known == surroundings.Absent:
		return "none", found
	case ok && known == surroundings.Found:
		return mode, found
	default:
		return "unknown", surroundings.ClientTLS{}
	}
}
