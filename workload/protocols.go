package workload

import (
	"slices"
	"strings"
)

// Protocols says which security protocol each listener of a Kafka process speaks, as
// listener.security.protocol.map does, with the order of its entries.
type Protocols struct {
	names []string
	by    map[string]string
}

// protocolMapProperty is the property that says so.
const protocolMapProperty = "listener.security.protocol.map"

// securityProtocols are Kafka's. Without a map each is that of the listener of its name.
var securityProtocols = []string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}

// Protocols reads the map. Where nothing sets it, Kafka's default gives each protocol a
// listener of its own name, and other controllers plaintext; it goes as soon as there is
// a map. ok is false when the map stands where Sluice cannot look.
func (p *Process) Protocols(listeners []Listener) (read Protocols, ok bool) {
	setting, set := p.Property(protocolMapProperty)
	if set && !setting.Known {
		return read, false
	}
	if set {
		for entry := range strings.SplitSeq(setting.Value, ",") {
			if name, protocol, ok := strings.Cut(strings.TrimSpace(entry), ":"); ok {
				read.Set(name, strings.ToUpper(protocol))
			}
		}
		return read, true
	}
	for _, listener := range listeners {
		if slices.Contains(securityProtocols, listener.Name) {
			read.Set(listener.Name, listener.Name)
		}
	}
	if p.KRaft {
		for _, name := range p.ControllerListeners() {
			protocol := "PLAINTEXT"
			if slices.Contains(securityProtocols, name) {
				protocol = name
			}
			read.Set(name, protocol)
		}
	}
	return read, true
}

// Of returns the protocol of a listener, empty for one that the map does not name.
func (p *Protocols) Of(listener string) string { return p.by[listener] }

// Set gives a listener a protocol.
func (p *Protocols) Set(listener, protocol string) {
	if p.by == nil {
		p.by = map[string]string{}
	}
	if _, ok := p.by[listener]; !ok {
		p.names = append(p.names, listener)
	}
	p.by[listener] = protocol
}

// String is the value of the property.
func (p *Protocols) String() string {
	entries := make([]string, len(p.names))
	for i, name := range p.names {
		entries[i] = name + ":" + p.by[name]
	}
	return strings.Join(entries, ",")
}

// listenerPrefix begins the names of properties for one listener alone.
const listenerPrefix = "listener.name."

// SetsForListeners reports whether something may set a property for one listener alone.
func (p *Process) SetsForListeners() bool {
	if !p.Complete() || len(p.environment.from) > 0 || len(p.file.hidden) > 0 {
		return true
	}
	for name := range p.Lines() {
		if strings.HasPrefix(name, listenerPrefix) {
			return true
		}
	}
	for name := range p.Variables() {
		if strings.Contains(name, "LISTENER_NAME_") {
			return true
		}
	}
	return false
}

// ListenerProperty is the name of a property for one listener alone.
func ListenerProperty(listener, name string) string {
	return listenerPrefix + strings.ToLower(listener) + "." + name
}
