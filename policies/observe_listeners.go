package policies

import (
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// listenerFacts are the facts about what a broker's or controller's listeners know of
// those who connect.
var listenerFacts = []of[*process]{
	{Definition{"clients_known_by", Text, []string{"", "nothing", "password", "certificate", "unknown"},
		"by what the listeners of a broker or controller can know their clients: nothing when all are in plaintext, certificate as soon as one has the protocol SSL"},
		(*process).clientsKnownBy, (*process).protocolsPlace},
	{Definition{"nodes_known", Text, []string{"", "yes", "no", "unknown"},
		"whether the listeners for brokers and controllers among themselves know who connects: no when one is in plaintext"},
		(*process).nodesKnown, (*process).protocolsPlace},
	{Definition{"principal_builder", Text, nil,
		"principal.builder.class, of all listeners or of one; \"unknown\" when it may be set where Sluice cannot look, empty for Kafka's own"},
		(*process).principalBuilder, (*process).principalBuilderPlace},
	{Definition{"principal_builder_found", Text, []string{"", "yes", "no", "unknown"},
		"whether that class is in the image, or in a jar that the pod brings; empty for Kafka's own"},
		(*process).principalBuilderFound, (*process).principalBuilderPlace},
	{Definition{"principal_builder_serde", Text, []string{"", "yes", "no", "unknown"},
		"whether that class can write its principals down, which a KRaft broker asks for; empty for Kafka's own"},
		(*process).principalBuilderSerde, (*process).principalBuilderPlace},
	{Definition{"principal_builder_reads_certificate", Boolean, nil,
		"whether that class is known to take the principal from a TLS certificate alone"},
		(*process).principalBuilderReadsCertificate, (*process).principalBuilderPlace},
	{Definition{"mapping_rules", Boolean, nil,
		"whether ssl.principal.mapping.rules says something else than DEFAULT"},
		(*process).mappingRules, (*process).mappingRulesPlace},
	{Definition{"key_store_from_mesh", Boolean, nil,
		"whether the key store of a listener is in a directory where Istio's agent puts its certificates"},
		(*process).keyStoreFromMesh, (*process).keyStorePlace},
	{Definition{"listener_offered", Boolean, nil,
		"whether the pod or a Service offers a listener in plaintext outside of the cluster"},
		(*process).listenerOffered, (*process).openListenerPlace},
	{Definition{"open_listener", Text, nil,
		"the listener in plaintext that the pod or a Service offers outside of the cluster; empty when none is known"},
		(*process).openListener, (*process).openListenerPlace},
	{Definition{"open_listener_way", Text, nil,
		"how it is offered, as in \"Service kafka-external of type NodePort\""},
		(*process).openListenerWay, (*process).openListenerPlace},
}

// The properties of listeners and identities.
const (
	protocolMapProperty      = "listener.security.protocol.map"
	interBrokerProperty      = "inter.broker.listener.name"
	brokerProtocolProperty   = "security.inter.broker.protocol"
	principalBuilderProperty = "principal.builder.class"
	mappingRulesProperty     = "ssl.principal.mapping.rules"
	keyStoreProperty         = "ssl.keystore.location"
)

// sockets are the listeners of a broker or controller with their protocols.
type sockets struct {
	// known is false when they, or the protocol of one of them, cannot be seen.
	known     bool
	listeners []workload.Listener
	protocols workload.Protocols
}

func (p *process) listening() *sockets {
	if p.seen.sockets != nil {
		return p.seen.sockets
	}
	read := &sockets{}
	p.seen.sockets = read
	if !p.Role.ServesKafka() {
		return read
	}
	setting, set := p.Property(listenersProperty)
	if !set || !setting.Known {
		return read
	}
	read.listeners = workload.ReadListeners(setting.Value)
	if _, set := p.Property(protocolMapProperty); !set && !p.Complete() {
		return read
	}
	read.protocols, read.known = p.Protocols(read.listeners)
	for _, listener := range read.listeners {
		read.known = read.known && read.protocols.Of(listener.Name) != ""
	}
	return read
}

// patched reports whether the image may be of Banzai Cloud's fork, whose plaintext
// listeners take an identity that the proxy writes in front.
func (p *process) patched() bool { return p.Distribution.Name == "koperator-kafka" && !p.KRaft }

func (p *process) clientsKnownBy() any {
	if !p.Role.ServesKafka() {
		return ""
	}
	read := p.listening()
	if !read.known || len(read.listeners) == 0 || p.patched() {
		return string(workload.Unknown)
	}
	by := "nothing"
	for _, listener := range read.listeners {
		switch read.protocols.Of(listener.Name) {
		case "PLAINTEXT":
		case "SSL":
			return "certificate"
		default:
			by = "password"
		}
	}
	return by
}

func (p *process) nodesKnown() any {
	if !p.Role.ServesKafka() {
		return ""
	}
	names, read := p.nodeListeners(), p.listening()
	if names == nil || !read.known || p.patched() {
		return string(workload.Unknown)
	}
	answer := workload.Yes
	for _, name := range names {
		switch protocol := read.protocols.Of(name); {
		case protocol == "":
			return string(workload.Unknown)
		case protocol != "PLAINTEXT":
		case p.builderOf(name) == "":
			answer = workload.No
		case !certificateBuilders[p.builderOf(name)].certificate:
			return string(workload.Unknown)
		default:
			answer = workload.No
		}
	}
	return string(answer)
}

// nodeListeners names the listeners over which nodes talk to each other; nil when that
// cannot be told.
func (p *process) nodeListeners() (names []string) {
	if p.KRaft {
		names = append(names, p.ControllerListeners()...)
	}
	if p.Role == workload.Controller {
		return names
	}
	for _, property := range []string{interBrokerProperty, brokerProtocolProperty} {
		switch name := p.textOf(property); name {
		case "":
		case string(workload.Unknown):
			return nil
		default:
			return append(names, name)
		}
	}
	return append(names, "PLAINTEXT")
}

func (p *process) protocolsPlace() place {
	return p.settingPlace(protocolMapProperty, listenersProperty)
}

// builderOf is the class that makes the principals of a listener; empty for Kafka's own.
func (p *process) builderOf(listener string) string {
	if p.setsForListeners() {
		if class := p.textOf(workload.ListenerProperty(listener, principalBuilderProperty)); class != "" {
			return notKafkas(class)
		}
	}
	return notKafkas(p.textOf(principalBuilderProperty))
}

// notKafkas is the class, or nothing for Kafka's own.
func notKafkas(class string) string {
	if strings.HasPrefix(class, "org.apache.kafka.common.security.authenticator.") {
		return ""
	}
	return class
}

// setsForListeners reports whether something may set properties for one listener alone.
func (p *process) setsForListeners() bool {
	if !p.seen.asked {
		p.seen.perListener, p.seen.asked = p.SetsForListeners(), true
	}
	return p.seen.perListener
}

// ownListeners are the listeners for which there may be properties of their own.
func (p *process) ownListeners() []workload.Listener {
	if !p.setsForListeners() {
		return nil
	}
	return p.listening().listeners
}

func (p *process) mappingRules() any {
	text := p.textOf(mappingRulesProperty)
	return p.Role.ServesKafka() && text != "" && text != string(workload.Unknown) && !strings.EqualFold(text, "DEFAULT")
}

func (p *process) mappingRulesPlace() place { return p.settingPlace(mappingRulesProperty) }

// meshCertificates are directories in which Istio's agent, or the annotations that make
// it write its certificates for others, put them.
var meshCertificates = []string{"/etc/certs", "/etc/istio", "/etc/istio-certs", "/etc/istio-output-certs", "/var/run/secrets/istio", "/var/run/secrets/workload-spiffe-credentials"}

// keyStoreFromMeshProperty is the property with such a key store, empty when none has.
func (p *process) keyStoreFromMeshProperty() string {
	properties := []string{keyStoreProperty}
	for _, listener := range p.ownListeners() {
		properties = append(properties, workload.ListenerProperty(listener.Name, keyStoreProperty))
	}
	for _, property := range properties {
		file := p.textOf(property)
		if slices.ContainsFunc(meshCertificates, func(directory string) bool { return strings.HasPrefix(file, directory+"/") }) {
			return property
		}
	}
	return ""
}

func (p *process) keyStoreFromMesh() any { return p.keyStoreFromMeshProperty() != "" }
func (p *process) keyStorePlace() place  { return p.settingPlace(p.keyStoreFromMeshProperty()) }
