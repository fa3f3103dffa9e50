package workload

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Recognise says what an object runs, or nil when that is no Kafka and no
// ZooKeeper. It only reads, and knows nothing but the object. The result refers to
// the tree and describes it as it was; after a change, recognise again.
func Recognise(root *document.Node) *Workload {
	pod := podOf(root)
	if pod == nil {
		return nil
	}
	var processes []*Process
	for _, container := range pod.At("spec", "containers").Items() {
		if container.Get("name").Text() != sidecarName {
			processes = append(processes, recogniseContainer(catalogued(), pod, container)...)
		}
	}
	if len(processes) == 0 {
		return nil
	}
	return &Workload{Object: Identify(root), Root: root, Pod: pod, Sidecar: FindSidecar(pod), Processes: processes}
}

// found is a start of a distribution and the call that it fits.
type found struct {
	distribution *Distribution
	start        *Start
	call         call
	// owner is the row that the start comes from: the distribution, or one without
	// images.
	owner *Distribution
}

// recogniseContainer returns the processes of one container: seldom more than one,
// but a script may start ZooKeeper and then Kafka.
func recogniseContainer(c *catalogue, pod, container *document.Node) []*Process {
	ref := parseReference(container.Get("image").Text())
	byImage := c.byImage(ref, container)
	if byImage == nil && !c.mayStart(container) {
		return nil
	}
	env := readEnvironment(pod, container)
	r := &reader{catalogue: c}
	r.follow(commandLine(container, byImage, env), setup{environment: env})

	var processes []*Process
	for _, f := range c.starts(byImage, r.calls) {
		processes = append(processes, f.process(ref, pod, container, env))
	}
	if processes == nil {
		if f, ok := c.unclear(byImage, r, container); ok {
			process := f.process(ref, pod, container, env)
			process.Reading = Unclear
			processes = append(processes, process)
		}
	}
	return processes
}

// byImage returns the distribution whose images describe the container's best.
func (c *catalogue) byImage(ref reference, container *document.Node) *Distribution {
	if !slices.ContainsFunc(c.images, func(text string) bool { return strings.Contains(ref.repository, text) }) {
		return nil
	}
	var best *Distribution
	weight := 0
	for _, d := range c.distributions {
		for i := range d.Images {
			if image := &d.Images[i]; image.weight > weight && image.fits(ref, container) {
				best, weight = d, image.weight
			}
		}
	}
	return best
}

// mayStart reports whether a container's command line has a word that could tell a
// distribution whatever the image is called. MatchExpression asks the same.
func (c *catalogue) mayStart(container *document.Node) bool {
	return slices.ContainsFunc(c.words, func(text string) bool { return mentions(container, text) })
}

// starts finds the starts among the calls, one for each product. In an image of a
// distribution its own starts come before those that tell another one.
func (c *catalogue) starts(byImage *Distribution, calls []call) []found {
	var all []found
	add := func(f found) {
		if !slices.ContainsFunc(all, func(other found) bool { return other.distribution.Product == f.distribution.Product }) {
			all = append(all, f)
		}
	}
	if byImage != nil {
		for _, call := range calls {
			if start := byImage.startOf(call, false); start != nil {
				add(found{distribution: byImage, start: start, call: call, owner: byImage})
			}
		}
	}
	for _, call := range calls {
		for _, d := range c.distributions {
			start := d.startOf(call, true)
			if start == nil {
				continue
			}
			f := found{distribution: d, start: start, call: call, owner: d}
			if byImage != nil && byImage.Product == d.Product && len(d.Images) == 0 {
				f.distribution = byImage // its image, started in a way that is not its own
			}
			add(f)
		}
	}
	return all
}

// unclear finds a server behind a command that cannot be read: the script of an image
// that declares the server's port, or one that is no shell script but has the words.
func (c *catalogue) unclear(byImage *Distribution, r *reader, container *document.Node) (found, bool) {
	if byImage != nil {
		declares := func(port *document.Node) bool {
			number, ok := port.Get("containerPort").Int()
			return ok && byImage.listensOn(int(number))
		}
		hidden := r.unreadable || slices.ContainsFunc(r.calls, func(c call) bool { return isScriptFile(c.words[0].text) })
		if hidden && slices.ContainsFunc(container.Get("ports").Items(), declares) {
			return found{distribution: byImage, start: &Start{}, owner: byImage}, true
		}
	}
	if !r.unreadable {
		return found{}, false
	}
	for _, d := range c.distributions {
		if byImage != nil && byImage.Product != d.Product {
			continue
		}
		for i := range d.Starts {
			if d.Starts[i].Anywhere && mentions(container, d.Starts[i].telling()) {
				return found{distribution: cmp.Or(byImage, d), start: &Start{}, owner: d}, true
			}
		}
	}
	return found{}, false
}

// mentions reports whether a word of the command line holds a text.
func mentions(container *document.Node, text string) bool {
	for _, field := range []string{"command", "args"} {
		for _, item := range container.Get(field).Items() {
			if strings.Contains(item.Text(), text) {
				return true
			}
		}
	}
	return false
}

func (d *Distribution) listensOn(port int) bool {
	for _, own := range d.Ports {
		if own == port {
			return true
		}
	}
	return false
}

// isScriptFile tells a script that somebody brought along from the tools of the
// images and of the system.
func isScriptFile(program string) bool {
	base, directory := path.Base(program), path.Dir(program)
	for _, tool := range []string{"kafka-", "connect-", "zookeeper-", "zk", "trogdor"} {
		if strings.HasPrefix(base, tool) {
			return false
		}
	}
	switch directory {
	case "/bin", "/usr/bin", "/sbin", "/usr/sbin":
		return false
	case ".":
		return strings.HasSuffix(base, ".sh")
	default:
		return true
	}
}

// startOf returns the start of the distribution that a call fits. With anywhere set,
// only those count that tell the distribution in any image.
func (d *Distribution) startOf(c call, anywhere bool) *Start {
	for i := range d.Starts {
		if start := &d.Starts[i]; (start.Anywhere || !anywhere) && start.fits(c) {
			return start
		}
	}
	return nil
}

// fits reports whether a call is this start.
func (s *Start) fits(c call) bool {
	operands, ok := s.operands(c.words)
	if !ok {
		return false
	}
	return len(s.Arguments) == 0 || slices.ContainsFunc(operands, func(w word) bool { return slices.Contains(s.Arguments, w.text) })
}

// operands returns what follows the program or class on a command line.
func (s *Start) operands(words []word) ([]word, bool) {
	if len(words) == 0 {
		return nil, false
	}
	program := words[0].text
	if s.Class == "" {
		return words[1:], program == s.Program || path.Base(program) == s.Program
	}
	switch path.Base(program) {
	case "java", "kafka-run-class.sh", "kafka-run-class":
		if i := slices.IndexFunc(words, func(w word) bool { return w.text == s.Class }); i > 0 {
			return words[i+1:], true
		}
	}
	return nil, false
}

// configurationFile returns the file that the operands name: the first one that is
// neither an option nor the name of an action.
func (s *Start) configurationFile(operands []word) string {
	for _, operand := range operands {
		text := operand.text
		if s.Override != "" && strings.HasPrefix(text, s.Override) {
			return ""
		}
		if text != "" && text[0] != '-' && !slices.Contains(s.Arguments, text) {
			return text
		}
	}
	return ""
}
