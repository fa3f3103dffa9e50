package policies

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// quorumFacts are the facts about the quorum of ZooKeeper or KRaft.
var quorumFacts = []of[*process]{
	{Definition{"quorum_listens_on_all", Text, []string{"", "yes", "no", "unknown"},
		"whether the ports of the quorum, ZooKeeper's or KRaft's, listen on all addresses; empty for a process without a quorum"},
		(*process).quorumListensOnAll, (*process).quorumListensOnAllPlace},
	{Definition{"quorum_size", Number, nil,
		"how many servers ZooKeeper's configuration names; 0 when none is named where Sluice can look, or when the server runs alone"},
		(*process).quorumSize, (*process).serversPlace},
	{Definition{"wildcard_server", Boolean, nil,
		"whether a ZooKeeper server's own entry is a wildcard address such as 0.0.0.0"},
		(*process).wildcardServer, (*process).serversPlace},
	{Definition{"zookeeper_version", Text, nil,
		"the version of ZooKeeper as in 3.8.4; empty when the image does not tell"},
		(*process).zookeeperVersion, (*process).imagePlace},
	{Definition{"zookeeper_version_number", Number, nil,
		"the same to compare with: 30804; 0 when the image does not tell"},
		(*process).zookeeperVersionNumber, (*process).imagePlace},
}

// The properties that decide where a quorum listens.
const (
	listenOnAllProperty = "quorumListenOnAllIPs"
	standaloneProperty  = "standaloneEnabled"
	listenersProperty   = "listeners"
	// serversProperty is not ZooKeeper's but the catalogue's: all server.N in one.
	serversProperty = "servers"
)

func (p *process) quorumListensOnAll() any {
	switch {
	case p.Role == workload.ZooKeeper:
		return p.zooKeeperListensOnAll()
	case p.Controller:
		return p.controllerListensOnAll()
	default:
		return ""
	}
}

func (p *process) zooKeeperListensOnAll() string {
	setting, set := p.Property(listenOnAllProperty)
	servers, named := p.Property(serversProperty)
	switch {
	case set && !setting.Known, !set && p.Reading != workload.Read:
		return "unknown"
	case set && isTrue(setting), p.hasWildcard():
		return "yes"
	case !named, servers.Known && p.countServers() < 2:
		// Alone, it opens no ports for a quorum, or nobody dials them.
		return ""
	default:
		return "no"
	}
}

func (p *process) controllerListensOnAll() string {
	setting, set := p.Property(listenersProperty)
	names := p.ControllerListeners()
	if !set || !setting.Known || !workload.NamesListeners(setting.Value, names) {
		return "unknown"
	}
	if _, bound := workload.RebindListeners(setting.Value, names); bound {
		return "no"
	}
	return "yes"
}

func (p *process) quorumListensOnAllPlace() place {
	if p.Role == workload.ZooKeeper {
		return p.settingPlace(listenOnAllProperty)
	}
	return p.settingPlace(listenersProperty)
}

func (p *process) quorumSize() any {
	size := p.countServers()
	alone, set := p.Property(standaloneProperty)
	if size == 1 && (!set || isTrue(alone)) {
		// ZooKeeper ignores a single entry unless standaloneEnabled is false.
		return 0
	}
	return size
}

func (p *process) countServers() (count int) {
	for range p.servers() {
		count++
	}
	return count
}

func (p *process) wildcardServer() any { return p.hasWildcard() }

// hasWildcard looks at all servers: only the own entry can be a wildcard, as nobody
// could dial the others.
func (p *process) hasWildcard() bool {
	for server := range p.servers() {
		if server.host == "0.0.0.0" || server.host == "[::]" {
			return true
		}
	}
	return false
}

func (p *process) serversPlace() place { return p.settingPlace(serversProperty) }

// server is a member of a quorum as its peers dial it.
type server struct {
	host string
	// ports are those of the quorum: two of ZooKeeper, one of KRaft.
	ports []int
}

// servers yields the voting servers that a ZooKeeper process is told of. The
// distributions write the list each in its own way, but an entry is always
// host:port:port, after "server.N=" or before a client port, an id or a role.
func (p *process) servers() iter.Seq[server] {
	return func(yield func(server) bool) {
		setting, ok := p.Property(serversProperty)
		if !ok || p.Role != workload.ZooKeeper {
			return
		}
		for entry := range strings.FieldsFuncSeq(setting.Value, func(r rune) bool { return strings.ContainsRune(" ,;\n\t", r) }) {
			if _, address, found := strings.Cut(entry, "="); found {
				entry = address
			}
			host, ports, ok := cutHost(entry)
			if !ok || !strings.Contains(ports, ":") || strings.HasSuffix(ports, ":observer") {
				continue
			}
			if !yield(server{host, readPorts(ports)}) {
				return
			}
		}
	}
}

// The properties that say who is in a quorum of KRaft, as id@host:port, or whom to ask.
const (
	votersProperty    = "controller.quorum.voters"
	bootstrapProperty = "controller.quorum.bootstrap.servers"
)

// members returns those whom a member of a quorum dials; known is false when they cannot
// be seen, or there are none.
func (p *process) members() (all []server, known bool) {
	if p.Role == workload.ZooKeeper {
		all = slices.Collect(p.servers())
		return all, len(all) > 0
	}
	for _, property := range []string{votersProperty, bootstrapProperty} {
		setting, _ := p.Property(property)
		for entry := range strings.SplitSeq(setting.Value, ",") {
			if _, address, found := strings.Cut(entry, "@"); found {
				entry = address
			}
			if host, port, ok := cutHost(strings.TrimSpace(entry)); ok {
				all = append(all, server{host, readPorts(port)})
			}
		}
	}
	return all, len(all) > 0
}

// readPorts reads the one or two numbers that begin the rest of an entry.
func readPorts(rest string) (ports []int) {
	parts := strings.SplitN(rest, ":", 3)
	for _, part := range parts[:min(len(parts), 2)] {
		number, err := strconv.Atoi(strings.TrimSpace(part))
		if err == nil {
			ports = append(ports, number)
		}
	}
	return ports
}

// cutHost cuts host:rest apart; an IPv6 address keeps its brackets.
func cutHost(address string) (host, rest string, ok bool) {
	if end := strings.IndexByte(address, ']'); strings.HasPrefix(address, "[") && end > 0 {
		rest, ok = strings.CutPrefix(address[end+1:], ":")
		return address[:end+1], rest, ok
	}
	return strings.Cut(address, ":")
}

func (p *process) zookeeperVersion() any {
	if p.Role != workload.ZooKeeper {
		return ""
	}
	return p.Version
}

func (p *process) zookeeperVersionNumber() any {
	if p.Role != workload.ZooKeeper {
		return 0
	}
	return versionNumber(p.Version)
}

func (p *process) imagePlace() place { return nearest(p.Container, "image") }

// versionNumber makes 30804 of "3.8.4". A version with fewer parts, as in a tag that
// moves, is none.
func versionNumber(version string) int {
	parts := strings.Split(version, ".")
	if len(parts) != 3 {
		return 0
	}
	number := 0
	for _, part := range parts {
		value, err := strconv.Atoi(part)
		if err != nil || value < 0 || value > 99 {
			return 0
		}
		number = number*100 + value
	}
	return number
}

func isTrue(setting workload.Setting) bool {
	return strings.EqualFold(strings.TrimSpace(setting.Value), "true")
}
