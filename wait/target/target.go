// Package target names what can be waited for, as people write it in an annotation and
// on the command line of sluice-wait.
package target

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Protocol is what a target is asked in.
type Protocol string

// The protocols.
const (
	// Kafka: a broker or controller answers an ApiVersions request, which it does
	// before a client has authenticated.
	Kafka Protocol = "kafka"
	// ZooKeeper: a server grants a session, which takes a quorum.
	ZooKeeper Protocol = "zookeeper"
	// TLS: a server sends its ServerHello. Nothing is verified.
	TLS Protocol = "tls"
)

// Bounds of what is asked for at once.
const (
	maxGroups  = 16
	maxTargets = 64
	maxHost    = 253 // RFC 1035
)

// Target is one address to ask.
type Target struct {
	Protocol Protocol
	// Host is a name or an IP address, without brackets.
	Host string
	Port uint16
}

// Address returns host:port.
func (t Target) Address() string {
	return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
}

// String returns protocol://host:port, as Parse reads it.
func (t Target) String() string { return string(t.Protocol) + "://" + t.Address() }

// Parse reads [protocol://]host:port. Without a protocol it is Kafka.
func Parse(text string) (Target, error) {
	protocol, address, named := strings.Cut(text, "://")
	if !named {
		protocol, address = string(Kafka), text
	}
	target := Target{Protocol: Protocol(protocol)}
	switch target.Protocol {
	case Kafka, ZooKeeper, TLS:
	default:
		return Target{}, fmt.Errorf("%q: the protocol %q is none of kafka, zookeeper and tls", text, protocol)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return Target{}, fmt.Errorf("%q: write host:port", text)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return Target{}, fmt.Errorf("%q: the port is a number from 1 to 65535", text)
	}
	target.Host, target.Port = host, uint16(number)
	if !isHost(host) {
		return Target{}, fmt.Errorf("%q: %q is neither the name of a host nor an IP address", text, host)
	}
	return target, nil
}

// isHost tells names and addresses from what was not meant to be one. Names may have
// underscores, which some resolvers serve.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if len(host) == 0 || len(host) > maxHost || host[0] == '.' || strings.Contains(host, "..") {
		return false
	}
	for _, c := range []byte(host) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// Group is a set of targets of which any one suffices, as with Kafka's
// bootstrap.servers.
type Group []Target

// String returns the targets with commas between them, as ParseGroup reads them.
func (g Group) String() string {
	texts := make([]string, len(g))
	for i, target := range g {
		texts[i] = target.String()
	}
	return strings.Join(texts, ",")
}

// ParseGroup reads targets with commas between them. An error names all that is wrong.
func ParseGroup(text string) (Group, error) {
	var group Group
	var failed []error
	for part := range strings.SplitSeq(text, ",") {
		target, err := Parse(strings.TrimSpace(part))
		if err != nil {
			failed = append(failed, err)
			continue
		}
		group = append(group, target)
	}
	if len(group) > maxTargets {
		failed = append(failed, fmt.Errorf("%d targets are more than the %d of which one may have to answer", len(group), maxTargets))
	}
	if len(failed) > 0 {
		return nil, errors.Join(failed...)
	}
	return group, nil
}

// ParseGroups reads groups with semicolons between them; each of them has to answer.
func ParseGroups(text string) ([]Group, error) {
	var groups []Group
	var failed []error
	for part := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		group, err := ParseGroup(part)
		failed = append(failed, err)
		groups = append(groups, group)
	}
	switch {
	case len(groups) == 0:
		failed = append(failed, errors.New("there is no target"))
	case len(groups) > maxGroups:
		failed = append(failed, fmt.Errorf("%d groups are more than the %d that may have to answer", len(groups), maxGroups))
	}
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	return groups, nil
}
