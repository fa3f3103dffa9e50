package policies

import (
	"iter"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// The properties that decide where a quorum listens.
const (
	listenOnAllProperty = "quorumListenOnAllIPs"
	standaloneProperty  = "standaloneEnabled"
	listenersProperty   = "listeners"
	// serversProperty is not ZooKeeper's but the catalogue's: all server.N in one.
	serversProperty = "servers"
)

func (s *scene) quorumListensOnAll() any {
	switch {
	case s.process.Role == workload.ZooKeeper:
		return s.zooKeeperListensOnAll()
	case s.process.Controller:
		return s.controllerListensOnAll()
	default:
		return ""
	}
}

func (s *scene) zooKeeperListensOnAll() string {
	setting, set := s.process.Property(listenOnAllProperty)
	servers, named := s.process.Property(serversProperty)
	switch {
	case set && !setting.Known, !set && s.process.Reading != workload.Read:
		return "unknown"
	case set && isTrue(setting), s.hasWildcard():
		return "yes"
	case !named, servers.Known && s.countServers() < 2:
		// Alone, it opens no ports for a quorum, or nobody dials them.
		return ""
	default:
		return "no"
	}
}

func (s *scene) controllerListensOnAll() string {
	setting, set := s.process.Property(listenersProperty)
	names := s.process.ControllerListeners()
	if !set || !setting.Known || !workload.NamesListeners(setting.Value, names) {
		return "unknown"
	}
	if _, bound := workload.RebindListeners(setting.Value, names); bound {
		return "no"
	}
	return "yes"
}

func (s *scene) quorumListensOnAllPlace() place {
	if s.process.Role == workload.ZooKeeper {
		return s.settingPlace(listenOnAllProperty)
	}
	return s.settingPlace(listenersProperty)
}

func (s *scene) quorumSize() any {
	size := s.countServers()
	alone, set := s.process.Property(standaloneProperty)
	if size == 1 && (!set || isTrue(alone)) {
		// ZooKeeper ignores a single entry unless standaloneEnabled is false.
		return 0
	}
	return size
}

func (s *scene) countServers() (count int) {
	for range s.servers() {
		count++
	}
	return count
}

func (s *scene) wildcardServer() any { return s.hasWildcard() }

// hasWildcard looks at all servers: only the own entry can be a wildcard, as nobody
// could dial the others.
func (s *scene) hasWildcard() bool {
	for host := range s.servers() {
		if host == "0.0.0.0" || host == "[::]" {
			return true
		}
	}
	return false
}

func (s *scene) serversPlace() place { return s.settingPlace(serversProperty) }

// servers yields the hosts of the voting servers that a ZooKeeper process is told
// of. The distributions write the list each in its own way, but an entry is always
// host:port:port, after "server.N=" or before a client port, an id or a role.
func (s *scene) servers() iter.Seq[string] {
	return func(yield func(string) bool) {
		setting, ok := s.process.Property(serversProperty)
		if !ok || s.process.Role != workload.ZooKeeper {
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
			if !yield(host) {
				return
			}
		}
	}
}

// cutHost cuts host:rest apart; an IPv6 address keeps its brackets.
func cutHost(address string) (host, rest string, ok bool) {
	if end := strings.IndexByte(address, ']'); strings.HasPrefix(address, "[") && end > 0 {
		rest, ok = strings.CutPrefix(address[end+1:], ":")
		return address[:end+1], rest, ok
	}
	return strings.Cut(address, ":")
}

func (s *scene) zookeeperVersion() any {
	if s.process.Role != workload.ZooKeeper {
		return ""
	}
	return s.process.Version
}

func (s *scene) zookeeperVersionNumber() any {
	if s.process.Role != workload.ZooKeeper {
		return 0
	}
	return versionNumber(s.process.Version)
}

func (s *scene) imagePlace() place { return nearest(s.process.Container, "image") }

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
