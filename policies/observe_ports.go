package policies

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// portFacts are the facts about the ports on which a process listens, and how others
// reach them.
var portFacts = []of[*process]{
	{Definition{"plain_mtls", Text, []string{"", "strict", "permissive", "disable", "unknown"},
		"the least that a PeerAuthentication demands on the ports where Kafka or ZooKeeper certainly speaks plaintext; the mesh's default counts as unknown, and without such ports it is empty"},
		(*process).plainMTLS, (*process).plainMTLSPlace},
	{Definition{"plain_port", Number, nil,
		"the port of which that is true; 0 without one"},
		(*process).plainPort, (*process).container},
	{Definition{"excluded_port", Number, nil,
		"the first port of Kafka or ZooKeeper, without mutual TLS of its own, that annotations keep from the proxy; 0 without one"},
		(*process).excludedPort, (*process).excludedPlace},
	{Definition{"excluded_way", Text, []string{"", "inbound", "outbound"},
		"whether the proxy misses what comes to that port, or what the pod sends to the same port of others"},
		(*process).excludedWay, (*process).excludedPlace},
	{Definition{"tls_inside", Number, nil,
		"the first port on which Kafka or ZooKeeper does TLS of its own that passes the proxy; 0 without one"},
		(*process).tlsInside, (*process).tlsInsidePlace},
	{Definition{"takes_reserved_port", Boolean, nil,
		"whether the container listens on one of Istio's own ports"},
		(*process).takesReservedPort, (*process).reservedPlace},
	{Definition{"reserved_port", Number, nil,
		"the first of Istio's own ports on which the container listens; 0 without one"},
		(*process).reservedPort, (*process).reservedPlace},
	{Definition{"host_port", Number, nil,
		"the first port of the node that leads to Kafka or ZooKeeper; 0 without one"},
		(*process).hostPort, (*process).hostPortPlace},
	{Definition{"host_port_mtls", Text, []string{"", "strict", "permissive", "disable", "unknown"},
		"what the PeerAuthentications demand behind it"},
		(*process).hostPortMTLS, (*process).hostPortPlace},
	{Definition{"advertised", Text, []string{"", "pod-ip", "host-ip", "ip"},
		"what address the process tells others to dial, where that is none that the mesh knows by name: of a listener whose port demands mTLS, if there is one"},
		(*process).advertised, (*process).advertisedPlace},
	{Definition{"advertised_mtls", Text, []string{"", "strict", "permissive", "disable", "unknown"},
		"what the PeerAuthentications demand on the port that is advertised so"},
		(*process).advertisedMTLS, (*process).advertisedPlace},
	{Definition{"advertised_name", Text, nil,
		"the listener that is advertised so, or the property that says the address"},
		(*process).advertisedName, (*process).advertisedPlace},
}

// own are the ports of the process itself.
func (p *process) own() []endpoint {
	p.at(0)
	var all []endpoint
	for i := range p.ends {
		if p.ends[i].process == p {
			all = append(all, p.ends[i])
		}
	}
	return all
}

// plainest finds the port in plaintext of which a policy demands least.
func (p *process) plainest() (mode string, port int) {
	order := []string{"disable", "permissive", "unknown", "strict"}
	for _, end := range p.own() {
		if !end.certain || end.tls || end.serves == servesHTTP {
			continue
		}
		found := p.peerMode(end.port)
		if _, said := p.peerPlace(end.port); !said {
			found = "unknown"
		}
		if mode == "" || slices.Index(order, found) < slices.Index(order, mode) {
			mode, port = found, end.port
		}
	}
	return mode, port
}

func (p *process) plainMTLS() any {
	mode, _ := p.plainest()
	return mode
}

func (p *process) plainPort() any {
	_, port := p.plainest()
	return port
}

func (p *process) plainMTLSPlace() place {
	if _, port := p.plainest(); port != 0 {
		if at, ok := p.peerPlace(port); ok {
			return at
		}
	}
	return p.container()
}

// The annotations by which a pod keeps ports from its proxy.
const (
	excludeInbound  = "traffic.sidecar.istio.io/excludeInboundPorts"
	includeInbound  = "traffic.sidecar.istio.io/includeInboundPorts"
	excludeOutbound = "traffic.sidecar.istio.io/excludeOutboundPorts"
)

// passes reports whether what comes to a port passes the proxy, and which annotation says
// otherwise.
func (p *pod) passes(port int) (at *document.Node, ok bool) {
	annotations := p.Pod.At("metadata", "annotations")
	if excluded := annotations.Get(excludeInbound); lists(excluded, port) {
		return excluded, false
	}
	if included := annotations.Get(includeInbound); included != nil && included.Text() != "*" && !lists(included, port) {
		return included, false
	}
	return nil, true
}

// lists reports whether an annotation names a port.
func lists(annotation *document.Node, port int) bool {
	for entry := range strings.SplitSeq(annotation.Text(), ",") {
		if strings.TrimSpace(entry) == strconv.Itoa(port) {
			return true
		}
	}
	return false
}

// excluded finds the first port that the proxy does not see. What pods send to others of
// their kind goes to the ports that they have themselves.
func (p *process) excluded() (port int, way string, at *document.Node) {
	outbound := p.Pod.At("metadata", "annotations", excludeOutbound)
	for _, end := range p.own() {
		if !end.certain || end.mutual || end.serves == servesHTTP {
			continue
		}
		if at, ok := p.passes(end.port); !ok {
			return end.port, "inbound", at
		}
		if lists(outbound, end.port) {
			return end.port, "outbound", outbound
		}
	}
	return 0, "", nil
}

func (p *process) excludedPort() any {
	port, _, _ := p.excluded()
	return port
}

func (p *process) excludedWay() any {
	_, way, _ := p.excluded()
	return way
}

func (p *process) excludedPlace() place {
	_, _, at := p.excluded()
	return p.orContainer(at)
}

func (p *process) tlsInside() any {
	for _, end := range p.own() {
		if _, ok := p.passes(end.port); ok && end.certain && end.tls && end.serves != servesHTTP {
			return end.port
		}
	}
	return 0
}

func (p *process) tlsInsidePlace() place {
	if p.Role == workload.ZooKeeper {
		return p.settingPlace("secureClientPort", "sslQuorum")
	}
	return p.settingPlace(protocolMapProperty, listenersProperty)
}

// reservedPorts are those on which Istio's proxy and agent listen in each pod:
// https://istio.io/latest/docs/ops/deployment/application-requirements/
var reservedPorts = []int{15000, 15001, 15002, 15004, 15006, 15008, 15020, 15021, 15053, 15090}

// reserved finds the first of them, and where it is declared or else configured.
func (p *process) reserved() (port int, at place) {
	for _, declared := range p.Container.Get("ports").Items() {
		if number, ok := declared.Get("containerPort").Int(); ok && slices.Contains(reservedPorts, int(number)) {
			return int(number), nearest(declared, "containerPort")
		}
	}
	for _, end := range p.own() {
		if slices.Contains(reservedPorts, end.port) {
			return end.port, p.settingPlace(listenersProperty, "clientPort")
		}
	}
	return 0, p.container()
}

func (p *process) takesReservedPort() any { return p.reservedPort() != 0 }

func (p *process) reservedPort() any {
	port, _ := p.reserved()
	return port
}

func (p *process) reservedPlace() place {
	_, at := p.reserved()
	return at
}

// hosted finds the first port of the node that leads to one of Kafka or ZooKeeper.
func (p *process) hosted() (port int, declared *document.Node) {
	if p.Pod.At("spec", "hostNetwork").IsTrue() {
		return 0, nil // every port is one of the node, and the pod has no proxy
	}
	for _, declared := range p.Container.Get("ports").Items() {
		number, _ := declared.Get("containerPort").Int()
		at := p.at(int(number))
		if host, ok := declared.Get("hostPort").Int(); ok && host != 0 && at != nil && at.serves != servesHTTP {
			return int(host), declared
		}
	}
	return 0, nil
}

func (p *process) hostPort() any {
	port, _ := p.hosted()
	return port
}

func (p *process) hostPortMTLS() any {
	_, declared := p.hosted()
	if declared == nil {
		return ""
	}
	number, _ := declared.Get("containerPort").Int()
	return p.peerMode(int(number))
}

func (p *process) hostPortPlace() place {
	if _, declared := p.hosted(); declared != nil {
		return nearest(declared, "hostPort")
	}
	return p.container()
}

// advertisement is an address that a process tells others to dial.
type advertisement struct {
	kind, mtls, name string
	setting          workload.Setting
}

// advertises finds an address that is none of a Service or of a pod behind one. One on a
// port that demands mTLS comes first.
func (p *process) advertises() advertisement {
	var first advertisement
	for _, found := range p.advertisements() {
		if found.kind == "" {
			continue
		}
		if found.mtls == "strict" {
			return found
		}
		if first.kind == "" {
			first = found
		}
	}
	return first
}

func (p *process) advertisements() []advertisement {
	switch {
	case p.Role.ServesKafka():
		return p.advertisedListeners()
	case p.Role == workload.Connect:
		return p.advertisedHost("rest.advertised.host.name")
	case p.Role == workload.SchemaRegistry:
		return p.advertisedHost("host.name")
	default:
		return nil
	}
}

func (p *process) advertisedListeners() []advertisement {
	setting, ok := p.Property("advertised.listeners")
	if !ok {
		return nil
	}
	ports := map[string]int{}
	for _, listener := range p.listeners() {
		ports[listener.Name] = listener.Port
	}
	var all []advertisement
	for _, listener := range workload.ReadListeners(setting.Written()) {
		port, known := ports[listener.Name]
		if !known || port == 0 {
			port = listener.Port
		}
		all = append(all, advertisement{p.addressKind(listener.Host, setting), p.mtlsOf(port), listener.Name, setting})
	}
	return all
}

// mtlsOf is what a port demands of whoever reaches it through the proxy.
func (p *process) mtlsOf(port int) string {
	if _, ok := p.passes(port); !ok || port == 0 {
		return "unknown"
	}
	return p.peerMode(port)
}

func (p *process) advertisedHost(property string) []advertisement {
	setting, ok := p.Property(property)
	if !ok {
		return nil
	}
	port := 0
	if ends := p.own(); len(ends) > 0 {
		port = ends[0].port
	}
	return []advertisement{{p.addressKind(setting.Written(), setting), p.mtlsOf(port), property, setting}}
}

// addressKind tells an address that is no name: one in the open, or one that a variable
// takes from the status of the pod.
func (p *process) addressKind(host string, setting workload.Setting) string {
	host = strings.Trim(host, "[]")
	if address, err := netip.ParseAddr(host); err == nil {
		if address.IsLoopback() || address.IsUnspecified() {
			return ""
		}
		return "ip"
	}
	fields := map[string]string{"status.podIP": "pod-ip", "status.hostIP": "host-ip"}
	if kind, ok := fields[setting.Node.At("fieldRef", "fieldPath").Text()]; ok {
		return kind
	}
	for _, entry := range p.Container.Get("env").Items() {
		kind, ok := fields[entry.At("valueFrom", "fieldRef", "fieldPath").Text()]
		if ok && refersTo(host, entry.Get("name").Text()) {
			return kind
		}
	}
	if strings.Contains(host, "hostname -i") || strings.Contains(host, "hostname -I") {
		return "pod-ip"
	}
	return ""
}

// refersTo reports whether a text is a reference to a variable, for the kubelet or for a
// shell.
func refersTo(text, variable string) bool {
	return slices.Contains([]string{"$(" + variable + ")", "${" + variable + "}", "$" + variable}, text)
}

func (p *process) advertised() any     { return p.advertises().kind }
func (p *process) advertisedMTLS() any { return p.advertises().mtls }
func (p *process) advertisedName() any { return p.advertises().name }

func (p *process) advertisedPlace() place {
	if found := p.advertises(); found.setting.Node != nil {
		return placeOf(found.setting.Place)
	}
	return p.container()
}
