package policies

import (
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/sluice-dev/sluice/workload"
)

// javaFacts are the facts about the Java virtual machine of a process.
var javaFacts = []of[*process]{
	{Definition{"jmx", Text, []string{"", "local", "authenticated", "open", "unknown"},
		"who can manage the process by JMX over the network: empty when it has no such port, local for localhost alone, open for everybody"},
		(*process).jmx, (*process).jmxPlace},
	{Definition{"debugger_open", Boolean, nil,
		"whether everybody can attach a debugger"},
		(*process).debuggerOpen, (*process).debuggerPlace},
	{Definition{"debugger", Text, nil,
		"the address on which everybody can attach a debugger; empty when there is none, or only on localhost"},
		(*process).debugger, (*process).debuggerPlace},
	{Definition{"heap_mib", Number, nil,
		"the largest heap in MiB that the options of Java or the start script allow; 0 when they do not say"},
		(*process).heapMiB, (*process).heapPlace},
	{Definition{"heap_is_share", Boolean, nil,
		"whether the heap is a share of the memory that Java finds"},
		(*process).heapIsShare, (*process).heapPlace},
	{Definition{"memory_limit_mib", Number, nil,
		"the container's memory limit in MiB; 0 when there is none"},
		(*process).memoryLimitMiB, (*process).memoryLimitPlace},
	{Definition{"memory_limited", Text, answers,
		"whether the container has a memory limit, of its own or by a LimitRange"},
		(*process).memoryLimited, (*process).memoryLimitPlace},
	{Definition{"heap_fits", Text, answers,
		"whether that heap is smaller than the memory limit"},
		(*process).heapFits, (*process).heapPlace},
}

func (p *process) javaOptions() []workload.Option {
	if !p.seen.opted {
		p.seen.options, p.seen.opted = p.JavaOptions(), true
	}
	return p.seen.options
}

// option returns the value of the last option that begins so, which is the one that
// counts.
func (p *process) option(prefix string) (value string, at workload.Place, ok bool) {
	for _, o := range p.javaOptions() {
		if rest, found := strings.CutPrefix(o.Text, prefix); found {
			value, at, ok = rest, o.Place, true
		}
	}
	return value, at, ok
}

// jmxOption begins the options of Java for JMX over the network.
const jmxOption = "-Dcom.sun.management.jmxremote."

func (p *process) jmx() any {
	state, _ := p.remoteJMX()
	return state
}

func (p *process) jmxPlace() place {
	_, at := p.remoteJMX()
	return at
}

// remoteJMX reads the variables as kafka-run-class.sh, zkServer.sh and the images do.
func (p *process) remoteJMX() (state string, at place) {
	port, opened := p.jmxPort()
	if !opened {
		return "", p.container()
	}
	at = placeOf(port.Place)
	if host, _, _ := p.option(jmxOption + "host="); isOneOf(host, "127.0.0.1", "localhost", "::1") {
		return "local", at
	}
	authenticates, _, said := p.option(jmxOption + "authenticate=")
	if !said {
		authenticates = p.jmxDefault(port)
	}
	switch authenticates {
	case "true":
		return "authenticated", at
	case "false":
		return "open", at
	default:
		return "unknown", at
	}
}

// jmxPort returns what opens the port: an option of Java, or a variable of which a start
// script makes one.
func (p *process) jmxPort() (port workload.Setting, opened bool) {
	if _, at, ok := p.option(jmxOption + "port="); ok {
		return workload.Setting{Place: at, Source: workload.FromArgument}, true
	}
	names := []string{"JMX_PORT"}
	switch {
	case p.Role == workload.ZooKeeper && !strings.HasPrefix(p.Distribution.Name, "confluent-"):
		names = []string{"JMXPORT"}
	case strings.HasPrefix(p.Distribution.Name, "confluent-"), p.Distribution.Name == "apache-kafka":
		names = append(names, "KAFKA_JMX_PORT")
	case strings.HasPrefix(p.Distribution.Name, "strimzi-"):
		return p.strimziJMX()
	}
	for _, name := range names {
		if set, ok := p.Variable(name); ok && (set.Value != "" || !set.Known) {
			return set, true
		}
	}
	return workload.Setting{}, false
}

// strimziJMX is how Strimzi's scripts are told of jmxOptions.
func (p *process) strimziJMX() (workload.Setting, bool) {
	for _, name := range []string{"KAFKA_JMX_ENABLED", "STRIMZI_JMX_ENABLED"} {
		if set, ok := p.Variable(name); ok && set.Value == "true" {
			return set, true
		}
	}
	return workload.Setting{}, false
}

// jmxDefault says whether one has to authenticate when no option of Java says it.
func (p *process) jmxDefault(port workload.Setting) string {
	switch {
	case port.Source == workload.FromArgument:
		return "true" // Java's own
	case strings.HasPrefix(p.Distribution.Name, "strimzi-"):
		for _, name := range []string{"KAFKA_JMX_USERNAME", "STRIMZI_JMX_USERNAME"} {
			if _, ok := p.Variable(name); ok {
				return "true"
			}
		}
		return "false"
	case p.Role == workload.ZooKeeper:
		if set, ok := p.Variable("JMXAUTH"); ok {
			return set.Value
		}
		return "false"
	}
	options, set := p.Variable("KAFKA_JMX_OPTS")
	switch {
	case !set && p.Bringer("KAFKA_JMX_OPTS"), set && !options.Known:
		return ""
	case set && options.Value != "":
		return "true" // Java's own, for the script sets its default no more
	default:
		return "false"
	}
}

func (p *process) debugger() any {
	address, _ := p.debugAddress()
	return address
}

func (p *process) debuggerOpen() any { return p.debugger() != "" }

func (p *process) debuggerPlace() place {
	_, at := p.debugAddress()
	return at
}

// debugAddress finds an agent for debuggers that listens on more than localhost. A port
// alone means localhost since Java 9.
func (p *process) debugAddress() (address string, at place) {
	for _, o := range p.javaOptions() {
		if strings.HasPrefix(o.Text, "-agentlib:jdwp") || strings.HasPrefix(o.Text, "-Xrunjdwp") {
			if address, ok := attachable(o.Text); ok {
				return address, placeOf(o.Place)
			}
		}
	}
	if debug, ok := p.Variable("KAFKA_DEBUG"); !ok || debug.Known && debug.Value == "" {
		return "", p.container()
	}
	if options, ok := p.Variable("JAVA_DEBUG_OPTS"); ok {
		if address, ok := attachable(options.Value); ok {
			return address, placeOf(options.Place)
		}
		return "", p.container()
	}
	if port, ok := p.Variable("JAVA_DEBUG_PORT"); ok && isOpen(port.Value) {
		return port.Value, placeOf(port.Place)
	}
	return "", p.container()
}

// attachable finds the address in the options of a debugger's agent.
func attachable(options string) (address string, open bool) {
	_, address, _ = strings.Cut(options, "address=")
	address, _, _ = strings.Cut(address, ",")
	return address, isOpen(address)
}

func isOpen(address string) bool {
	colon := strings.LastIndexByte(address, ':')
	return colon > 0 && !isOneOf(address[:colon], "127.0.0.1", "localhost", "[::1]")
}

// maxHeap returns the option that says the largest heap, and its size in MiB. It is 0
// where the option is a share, or nothing says it.
func (p *process) maxHeap() (mebibytes int, at workload.Place, share bool) {
	for _, o := range p.javaOptions() {
		switch {
		case strings.HasPrefix(o.Text, "-Xmx"):
			mebibytes, at, share = mebibytesOf(o.Text[len("-Xmx"):]), o.Place, false
		case strings.HasPrefix(o.Text, "-XX:MaxHeapSize="):
			mebibytes, at, share = mebibytesOf(o.Text[len("-XX:MaxHeapSize="):]), o.Place, false
		case strings.HasPrefix(o.Text, "-XX:MaxRAMPercentage="), strings.HasPrefix(o.Text, "-XX:MaxRAMFraction="):
			if mebibytes == 0 { // a size counts more
				at, share = o.Place, true
			}
		}
	}
	return mebibytes, at, share
}

// mebibytesOf reads a size as Java does: bytes, or with the letter k, m, g or t.
func mebibytesOf(size string) int {
	if size == "" {
		return 0
	}
	shift, digits := -20, size
	switch size[len(size)-1] {
	case 'k', 'K':
		shift = -10
	case 'm', 'M':
		shift = 0
	case 'g', 'G':
		shift = 10
	case 't', 'T':
		shift = 20
	}
	if shift != -20 {
		digits = size[:len(size)-1]
	}
	number, err := strconv.ParseInt(digits, 10, 40)
	if err != nil || number < 0 {
		return 0
	}
	if shift < 0 {
		return int(number >> -shift)
	}
	return int(number << shift)
}

func (p *process) heapMiB() any {
	heap, _, _ := p.maxHeap()
	return heap
}

func (p *process) heapIsShare() any {
	_, _, share := p.maxHeap()
	return share
}

func (p *process) heapPlace() place {
	if _, at, _ := p.maxHeap(); at.Node != nil {
		return placeOf(at)
	}
	return p.container()
}

func (p *process) memoryLimitMiB() any {
	limit := p.Container.At("resources", "limits", "memory")
	if limit == nil {
		return 0
	}
	quantity, err := resource.ParseQuantity(limit.Value)
	if err != nil {
		return 0
	}
	return int(quantity.Value() >> 20)
}

func (p *process) memoryLimitPlace() place {
	return nearest(p.Container, "resources", "limits", "memory")
}

func (p *process) memoryLimited() any {
	if p.Container.At("resources", "limits", "memory") != nil {
		return string(workload.Yes)
	}
	for _, limits := range p.limitRanges {
		for _, limit := range limits.Root.At("spec", "limits").Items() {
			if limit.Get("type").Text() == "Container" && limit.At("default", "memory") != nil {
				return string(workload.Yes)
			}
		}
	}
	return string(workload.No)
}

func (p *process) heapFits() any {
	heap, _, _ := p.maxHeap()
	limit, _ := p.memoryLimitMiB().(int)
	switch {
	case heap == 0 || limit == 0:
		return string(workload.Unknown)
	case heap < limit:
		return string(workload.Yes)
	default:
		return string(workload.No)
	}
}
