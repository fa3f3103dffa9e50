package policies

import (
	"github.com/sluice-dev/sluice/document"
)

// offer is a listener in plaintext that can be reached from outside of the cluster.
type offer struct {
	listener, way string
	at            place
}

func (p *process) listenerOffered() any     { return p.offered().listener != "" }
func (p *process) openListener() any        { return p.offered().listener }
func (p *process) openListenerWay() any     { return p.offered().way }
func (p *process) openListenerPlace() place { return p.offered().at }

// offered finds the first such listener.
func (p *process) offered() offer {
	read := p.listening()
	for _, listener := range read.listeners {
		if !read.known || read.protocols.Of(listener.Name) != "PLAINTEXT" || p.patched() {
			continue
		}
		if way, at := p.outside(listener.Port); way != "" {
			return offer{listener.Name, way, at}
		}
	}
	return offer{at: p.container()}
}

// outside says how a port of the container is offered outside of the cluster: by a port
// of the host, or by a Service. It is empty for one that is not, as far as is known.
func (p *process) outside(number int) (way string, at place) {
	port, name := p.declared(number)
	if hostPort := port.Get("hostPort"); hostPort != nil {
		return "hostPort " + hostPort.Value, place{node: hostPort}
	}
	for _, service := range p.services {
		kind := service.Root.At("spec", "type").Text()
		if kind != "NodePort" && kind != "LoadBalancer" {
			continue
		}
		for _, servicePort := range service.Root.At("spec", "ports").Items() {
			if targets(servicePort, number, name) {
				in := homeOf(service, p.Object.Namespace)
				return "Service " + in.name.Name + " of type " + kind, place{node: servicePort, in: &in}
			}
		}
	}
	return "", p.container()
}

// declared returns the port of the container with that number, and its name.
func (p *process) declared(number int) (port *document.Node, name string) {
	for _, port := range p.Container.Get("ports").Items() {
		if containerPort, ok := port.Get("containerPort").Int(); ok && int(containerPort) == number {
			return port, port.Get("name").Text()
		}
	}
	return nil, ""
}

// targets reports whether a port of a Service leads to a port of a container.
func targets(servicePort *document.Node, number int, name string) bool {
	target := servicePort.Get("targetPort")
	if target == nil {
		target = servicePort.Get("port")
	}
	to, isNumber := target.Int()
	return isNumber && int(to) == number || !isNumber && name != "" && target.Text() == name
}
