package mutators

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/wait/target"
	"github.com/sluice-dev/sluice/workload"
)

// The default port of an address in zookeeper.connect that gives none.
const zooKeeperPort = "2181"

// dependency is what something in a pod needs: one of the targets has to answer.
type dependency struct {
	// near is where that is written, and what is its name.
	near    workload.Place
	what    string
	targets target.Group
}

// dependencies reads from the configuration of a process what it depends on. What
// cannot be seen is reported and left out.
func (o *ordering) dependencies(p *workload.Process) []dependency {
	switch p.Role {
	case workload.Broker:
		return o.quorum(p)
	case workload.Connect, workload.CruiseControl:
		return o.brokers(p, "bootstrap.servers", "security.protocol")
	case workload.SchemaRegistry:
		return o.brokers(p, "kafkastore.bootstrap.servers", "kafkastore.security.protocol")
	case workload.Bridge:
		for _, prefix := range []string{"kafka.", ""} {
			if _, ok := p.Property(prefix + "bootstrap.servers"); ok {
				return o.brokers(p, prefix+"bootstrap.servers", prefix+"security.protocol")
			}
		}
		return o.brokers(p, "bootstrap.servers", "security.protocol")
	case workload.MirrorMaker:
		return o.mirrored(p)
	default:
		o.review.skip(verdict.OrderNotAsked, p.Container, fmt.Sprintf(
			"container %s waits for nobody: a client waits when the annotation %s says for whom", p.Name(), waitForAnnotation))
		return nil
	}
}

// quorum is what a broker stores its metadata in.
func (o *ordering) quorum(p *workload.Process) []dependency {
	if !p.KRaft {
		return o.read(p, "zookeeper.connect", func(value string) (target.Group, error) {
			protocol := target.ZooKeeper
			if tls, ok := p.Property("zookeeper.ssl.client.enable"); ok && isTrue(tls.Value) {
				protocol = target.TLS
			}
			servers, _, _ := strings.Cut(value, "/") // the chroot
			return addresses(servers, protocol, zooKeeperPort)
		})
	}
	for _, name := range []string{"controller.quorum.bootstrap.servers", "controller.quorum.voters"} {
		if _, ok := p.Property(name); !ok {
			continue
		}
		return o.read(p, name, func(value string) (target.Group, error) {
			protocol, err := controllersSpeak(p)
			if err != nil {
				return nil, err
			}
			return addresses(value, protocol, "")
		})
	}
	return o.read(p, "controller.quorum.voters", nil)
}

// controllersSpeak returns the way to ask the controllers of a broker, which dials the
// first of their listeners.
func controllersSpeak(p *workload.Process) (target.Protocol, error) {
	protocols, known := p.Protocols(nil)
	names := p.ControllerListeners()
	if !known || len(names) == 0 || protocols.Of(names[0]) == "" {
		return "", errors.New("the protocol of the controllers' listener cannot be seen")
	}
	if factory, _ := p.Property(workload.ListenerProperty(names[0], "ssl.engine.factory.class")); factory.Value == engineFactoryClass {
		return target.Kafka, nil // Kafka calls it SSL, but no byte of TLS comes out of the process
	}
	return protocolOf(protocols.Of(names[0])), nil
}

// brokers are those whose addresses a property has; security is the property with the
// protocol in which they are spoken to.
func (o *ordering) brokers(p *workload.Process, property, security string) []dependency {
	return o.read(p, property, func(value string) (target.Group, error) {
		protocol, set := p.Property(security)
		if set && !protocol.Known || !set && p.Owner != nil {
			// An operator turns TLS on by means of its own.
			return nil, fmt.Errorf("whether that is with TLS cannot be seen, for want of %s", security)
		}
		return addresses(value, protocolOf(protocol.Value), "")
	})
}

// mirrored are the clusters of a MirrorMaker 2.
func (o *ordering) mirrored(p *workload.Process) []dependency {
	clusters, ok := p.Property("clusters")
	if !ok || !clusters.Known {
		return o.read(p, "clusters", nil)
	}
	var all []dependency
	for name := range strings.SplitSeq(clusters.Value, ",") {
		name = strings.TrimSpace(name)
		if name != "" {
			all = append(all, o.brokers(p, name+".bootstrap.servers", name+".security.protocol")...)
		}
	}
	return all
}

// read reads the targets of a property, and reports when it cannot.
func (o *ordering) read(p *workload.Process, property string, parse func(value string) (target.Group, error)) []dependency {
	setting, ok := p.Property(property)
	near := near(setting, p)
	if !ok || !setting.Known || setting.Value == "" {
		o.review.skipAt(verdict.OrderUnknown, near, fmt.Sprintf(
			"container %s waits for nobody: %s cannot be seen from here", p.Name(), property))
		return nil
	}
	group, err := parse(setting.Value)
	if err != nil {
		o.review.skipAt(verdict.OrderUnknown, near, fmt.Sprintf(
			"container %s waits for nobody: %s makes no sense to Sluice: %s", p.Name(), property, oneLine(err)))
		return nil
	}
	return []dependency{{near: near, what: property, targets: group}}
}

// addresses reads host:port with commas between them, as Kafka and ZooKeeper write
// them: with the id of a voter in front, or with the protocol of a listener, which then
// counts more than the one given.
func addresses(value string, protocol target.Protocol, port string) (target.Group, error) {
	var texts []string
	for address := range strings.SplitSeq(value, ",") {
		address = strings.TrimSpace(address)
		if address == "" {
			continue
		}
		spoken := protocol
		if scheme, rest, ok := strings.Cut(address, "://"); ok {
			spoken, address = protocolOf(scheme), rest
		} else if _, rest, ok := strings.Cut(address, "@"); ok {
			address = rest
		}
		if _, _, err := net.SplitHostPort(address); err != nil && port != "" {
			address = net.JoinHostPort(strings.Trim(address, "[]"), port)
		}
		texts = append(texts, string(spoken)+"://"+address)
	}
	return target.ParseGroup(strings.Join(texts, ","))
}

// protocolOf returns the way to ask whoever speaks one of Kafka's security protocols.
func protocolOf(security string) target.Protocol {
	switch strings.ToUpper(security) {
	case "SSL", "SASL_SSL":
		return target.TLS
	default:
		return target.Kafka
	}
}
