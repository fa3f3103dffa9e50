package policies

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// endpoint is a port on which a process listens.
type endpoint struct {
	process *process
	port    int
	// serves is what is spoken there: one of the protocols below.
	serves string
	// listener is the name of Kafka's listener, if it is one.
	listener string
	// quorum is true for a port on which the members of a quorum dial each other.
	quorum bool
	// tls is true when the process itself does TLS there, and mutual when it also asks for
	// the client's certificate. Both are certain only where the configuration can be seen.
	tls, mutual, certain bool
}

// What an endpoint serves.
const (
	servesKafka     = "kafka"
	servesZooKeeper = "zookeeper"
	servesHTTP      = "http"
)

// endpoints returns the ports on which the processes of a pod listen, as far as they are
// known.
func (p *pod) endpoints() []endpoint {
	var all []endpoint
	for _, one := range p.processes {
		switch {
		case one.Role.ServesKafka():
			all = append(all, one.kafkaEndpoints()...)
		case one.Role == workload.ZooKeeper:
			all = append(all, one.zooKeeperEndpoints()...)
		default:
			all = append(all, one.restEndpoints()...)
		}
	}
	return all
}

// kafkaEndpoints are the listeners, or else the ports that the image declares.
func (p *process) kafkaEndpoints() []endpoint {
	var all []endpoint
	controllers, listeners := p.ControllerListeners(), p.listeners()
	protocols, known := p.Protocols(listeners)
	if _, set := p.Property(protocolMapProperty); !set {
		known = known && p.Complete()
	}
	for _, listener := range listeners {
		protocol := protocols.Of(listener.Name)
		secured := known && p.doesTLS(listener.Name, protocol)
		all = append(all, endpoint{
			process: p, port: listener.Port, serves: servesKafka, listener: listener.Name,
			quorum: slices.Contains(controllers, listener.Name), certain: known && protocol != "",
			tls: secured, mutual: secured && p.listenerProperty(listener.Name, "ssl.client.auth") == "required",
		})
	}
	if all != nil {
		return all
	}
	for name, port := range p.Distribution.Ports {
		all = append(all, endpoint{process: p, port: port, serves: servesKafka, quorum: name == "controller" && p.Controller})
	}
	return all
}

// listeners are those of a broker or controller whose ports can be seen.
func (p *process) listeners() []workload.Listener {
	setting, _ := p.Property(listenersProperty)
	return workload.ReadListeners(setting.Written())
}

// doesTLS reports whether a broker itself does TLS on a listener. One that takes the
// mesh's identity is called SSL, too, but its proxy sends it plaintext.
func (p *process) doesTLS(listener, protocol string) bool {
	return (protocol == "SSL" || protocol == "SASL_SSL") &&
		!strings.HasSuffix(p.listenerProperty(listener, "ssl.engine.factory.class"), ".MeshIdentitySslEngineFactory")
}

// listenerProperty is a property that a listener may have for itself.
func (p *process) listenerProperty(listener, name string) string {
	if own, ok := p.Property(workload.ListenerProperty(listener, name)); ok {
		return own.Value
	}
	common, _ := p.Property(name)
	return common.Value
}

func (p *process) zooKeeperEndpoints() []endpoint {
	port := func(property, name string) int {
		if setting, ok := p.Property(property); ok && setting.Known {
			if number, err := strconv.Atoi(strings.TrimSpace(setting.Value)); err == nil {
				return number
			}
		}
		return p.Distribution.Ports[name]
	}
	secured, seen := p.isOn("sslQuorum"), p.Complete()
	all := []endpoint{
		{process: p, port: port("clientPort", "client"), serves: servesZooKeeper, certain: seen},
		{process: p, port: port("secureClientPort", ""), serves: servesZooKeeper, certain: seen, tls: true, mutual: true},
		{process: p, port: port("admin.serverPort", "admin"), serves: servesHTTP, certain: seen},
	}
	quorum := map[int]bool{}
	for server := range p.servers() {
		for _, number := range server.ports {
			quorum[number] = true
		}
	}
	if len(quorum) == 0 {
		quorum[p.Distribution.Ports["follower"]], quorum[p.Distribution.Ports["election"]] = true, true
	}
	for number := range quorum {
		all = append(all, endpoint{process: p, port: number, serves: servesZooKeeper, quorum: true, certain: seen, tls: secured, mutual: secured})
	}
	return slices.DeleteFunc(all, func(e endpoint) bool { return e.port == 0 })
}

// isOn reports whether a property is certainly true.
func (p *process) isOn(property string) bool {
	setting, ok := p.Property(property)
	return ok && setting.Known && isTrue(setting)
}

// restEndpoints are those of what serves HTTP.
func (p *process) restEndpoints() []endpoint {
	var all []endpoint
	for _, listener := range p.listeners() {
		all = append(all, endpoint{process: p, port: listener.Port, serves: servesHTTP, listener: listener.Name, tls: strings.EqualFold(listener.Name, "https")})
	}
	if port := p.Distribution.Ports["rest"]; all == nil && port != 0 {
		all = append(all, endpoint{process: p, port: port, serves: servesHTTP})
	}
	return all
}

// at returns the endpoint on a port, or nil.
func (p *pod) at(port int) *endpoint {
	if p.ends == nil {
		p.ends = p.endpoints()
	}
	i := slices.IndexFunc(p.ends, func(e endpoint) bool { return e.port == port })
	if i < 0 {
		return nil
	}
	return &p.ends[i]
}

// target returns the number of the pod's port to which a port of a Service leads; 0 when
// it has a name that no container declares.
func (p *pod) target(port *document.Node) int {
	target := port.Get("targetPort")
	if number, ok := target.Int(); ok {
		return int(number)
	}
	if name := target.Text(); name != "" {
		for _, container := range p.lasting() {
			if number := p.portOf(container, target); number != 0 {
				return number
			}
		}
		return 0
	}
	number, _ := port.Get("port").Int()
	return int(number)
}

// portOf returns the number of a container's port that a node names, or is; 0 for one
// that the container does not declare.
func (p *pod) portOf(container, port *document.Node) int {
	if number, ok := port.Int(); ok {
		return int(number)
	}
	for _, declared := range container.Get("ports").Items() {
		if name := declared.Get("name").Text(); name != "" && name == port.Text() {
			number, _ := declared.Get("containerPort").Int()
			return int(number)
		}
	}
	return 0
}

// lasting are the containers that run for as long as the pod does.
func (p *pod) lasting() []*document.Node { return p.Pod.At("spec", "containers").Items() }
