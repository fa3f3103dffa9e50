package workload

import (
	"slices"
	"strconv"
	"strings"
)

// Listener is an entry of a Kafka listeners value.
type Listener struct {
	Name string
	// Host is empty for all addresses.
	Host string
	// Port is 0 when it cannot be seen, in what Written returns.
	Port int
}

// ReadListeners takes a listeners value apart. Entries that Kafka would refuse are left
// out.
func ReadListeners(listeners string) []Listener {
	var read []Listener
	for entry := range strings.SplitSeq(listeners, ",") {
		name, host, number, ok := splitListener(entry)
		port, err := strconv.Atoi(number)
		// A port in a variable is one that Kafka may well take.
		if ok && (err == nil || strings.Contains(number, "$")) {
			read = append(read, Listener{name, host, port})
		}
	}
	return read
}

// RebindListeners returns a Kafka listeners value in which the listeners of the
// given names have no host, which makes Kafka bind all addresses:
// "CONTROLLER://kafka-0:9093" becomes "CONTROLLER://:9093". changed is false when
// all of them listen on all addresses already, or when there is none.
func RebindListeners(listeners string, names []string) (rebound string, changed bool) {
	entries := strings.Split(listeners, ",")
	for i, entry := range entries {
		name, host, port, ok := splitListener(entry)
		if !ok || !slices.Contains(names, name) || listensOnAll(host) {
			continue
		}
		start := strings.Index(entry, "://") + len("://")
		entries[i], changed = entry[:start]+":"+port, true
	}
	return strings.Join(entries, ","), changed
}

// NamesListeners reports whether a listeners value has an entry for each name.
func NamesListeners(listeners string, names []string) bool {
	for _, wanted := range names {
		if !slices.ContainsFunc(strings.Split(listeners, ","), func(entry string) bool {
			name, _, _, ok := splitListener(entry)
			return ok && name == wanted
		}) {
			return false
		}
	}
	return true
}

// splitListener takes NAME://host:port apart. A host may be an IPv6 address in
// brackets, and may be empty.
func splitListener(entry string) (name, host, port string, ok bool) {
	name, address, ok := strings.Cut(strings.TrimSpace(entry), "://")
	if !ok {
		return "", "", "", false
	}
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 {
		return "", "", "", false
	}
	return name, address[:colon], strings.TrimSpace(address[colon+1:]), true
}

// listensOnAll tells the hosts that mean every address.
func listensOnAll(host string) bool {
	return host == "" || host == "0.0.0.0" || host == "[::]"
}
