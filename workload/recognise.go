package workload

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// Recognise is that of the built-in catalogue.
func Recognise(ctx context.Context, root *document.Node, namespace string, around surroundings.Surroundings) *Workload {
	return BuiltIn().Recognise(ctx, root, namespace, around)
}

// Recognise says what an object runs, or nil when that is no Kafka and no
// ZooKeeper. It only reads: the object, and the ConfigMaps that this names. namespace
// is where the object will be when its metadata does not say; empty when unknown. The
// result refers to the tree and describes it as it was; after a change, recognise
// again.
func (c *Catalogue) Recognise(ctx context.Context, root *document.Node, namespace string, around surroundings.Surroundings) *Workload {
	pod := podOf(root)
	if pod == nil {
		return nil
	}
	declared, _ := readDeclaration(pod)
	var outside *disk
	defer func() { outside.close() }()
	var processes []*Process
	for _, container := range pod.At("spec", "containers").Items() {
		if name := container.Get("name").Text(); name == sidecarName || name == GateContainer {
			continue
		}
		r := c.read(pod, container, declared)
		if r == nil {
			continue
		}
		all := c.servers(pod, r)
		if (all != nil || r.hides()) && looksOutside(pod, container) {
			if outside == nil {
				outside = &disk{catalogue: c, pod: pod, see: newSight(ctx, cmp.Or(Identify(root).Namespace, namespace), around)}
			}
			if r.lookFurther(pod, outside) {
				all = c.servers(pod, r)
			}
		}
		for _, f := range all {
			processes = append(processes, f.process(pod, container, r))
		}
	}
	if len(processes) == 0 {
		return nil
	}
	object := Identify(root)
	object.Namespace = cmp.Or(object.Namespace, namespace)
	return &Workload{Object: object, Root: root, Pod: pod, Sidecar: FindSidecar(pod), Processes: processes}
}

// found is a start of a distribution and the call that it fits.
type found struct {
	distribution *Distribution
	start        *Start
	call         call
	// row is the row that the start comes from: the distribution, or a generic one.
	row *Distribution
	// byImage are the rows that describe the container's image.
	byImage []*Distribution
	// unclear is true when the start is only guessed at, or declared.
	unclear bool
}

// read follows what a container runs, without a look beyond the object. It is nil for a
// container that has nothing to do with Kafka or ZooKeeper, unless the pod declares it.
func (c *Catalogue) read(pod, container *document.Node, declared declaration) *reader {
	ref := parseReference(container.Get("image").Text())
	byImage := c.byImage(ref, container)
	if declared.container != container {
		declared = declaration{}
	}
	if byImage == nil && declared.container == nil && !c.mayStart(container) {
		return nil
	}
	r := readCommand(c, pod, container, byImage)
	r.tag, r.declared = ref.tag, declared
	return r
}

// servers finds the servers that a container starts: seldom more than one, but a
// script may start ZooKeeper and then Kafka.
func (c *Catalogue) servers(pod *document.Node, r *reader) []found {
	all := c.starts(r.byImage, r.calls, pod)
	if all == nil {
		if f, ok := c.unclear(r); ok {
			return []found{f}
		}
		if r.declared.container != nil {
			return []found{r.declared.found(c, r)}
		}
	}
	return all
}

// runsScript reports whether a container runs a script that somebody brought along.
func (r *reader) runsScript() bool {
	return slices.ContainsFunc(r.calls, func(c call) bool { return isScriptFile(c.words[0].text) })
}

// hides reports whether a container may start something in a script that was not seen.
func (r *reader) hides() bool { return r.sourced || r.runsScript() }

// looksOutside reports whether anything of a container comes from a ConfigMap, or from
// what init containers leave on a volume.
func looksOutside(pod, container *document.Node) bool {
	return refersToConfigMaps(container) || slices.ContainsFunc(container.Get("volumeMounts").Items(), func(mount *document.Node) bool {
		volume := volumeOf(pod, mount)
		return volume.Get("configMap") != nil || volume.Get("projected") != nil ||
			volume.Get("emptyDir") != nil && pod.At("spec", "initContainers") != nil
	})
}

// refersToConfigMaps reports whether a variable of a container comes from a ConfigMap.
func refersToConfigMaps(container *document.Node) bool {
	return slices.ContainsFunc(container.Get("env").Items(), func(entry *document.Node) bool {
		return entry.At("valueFrom", "configMapKeyRef") != nil
	}) || slices.ContainsFunc(container.Get("envFrom").Items(), func(source *document.Node) bool {
		return source.Get("configMapRef") != nil
	})
}

// starts finds the starts among the calls, one for each product. In an image of a
// distribution its own starts come before those that tell another one.
func (c *Catalogue) starts(byImage []*Distribution, calls []call, pod *document.Node) []found {
	var all []found
	add := func(f found) {
		if !slices.ContainsFunc(all, func(other found) bool { return other.distribution.Product == f.distribution.Product }) {
			f.byImage = byImage
			all = append(all, f)
		}
	}
	own := make(map[int]bool)
	for _, d := range byImage {
		for i, call := range calls {
			if start := d.startOf(call, pod); start != nil {
				add(found{distribution: d, start: start, call: call, row: d})
				own[i] = true
			}
		}
	}
	for i, call := range calls {
		if start, ok := c.anywhere(call, pod); ok && !own[i] {
			add(found{distribution: start.row.within(byImage), start: start.Start, call: call, row: start.row})
		}
	}
	return all
}

// within returns the row that describes a process which this row's start tells: in an
// image of another row of the product, started in a way that is not its own, a generic
// row knows less than that one.
func (d *Distribution) within(byImage []*Distribution) *Distribution {
	if d.Generic {
		if other := ofProduct(byImage, d.Product); other != nil {
			return other
		}
	}
	return d
}

// ofProduct returns the row of a product, or nil.
func ofProduct(rows []*Distribution, product Product) *Distribution {
	i := slices.IndexFunc(rows, func(d *Distribution) bool { return d.Product == product })
	if i < 0 {
		return nil
	}
	return rows[i]
}

// unclear finds a server behind a command that cannot be read: the script of an image
// that declares the server's port, or one that is no shell script but has the words.
func (c *Catalogue) unclear(r *reader) (found, bool) {
	byImage, container := r.byImage, r.container
	hidden := r.unreadable || r.runsScript()
	for _, d := range byImage {
		declares := func(port *document.Node) bool {
			number, ok := port.Get("containerPort").Int()
			return ok && d.listensOn(int(number))
		}
		if hidden && slices.ContainsFunc(container.Get("ports").Items(), declares) {
			return found{distribution: d, start: &Start{}, row: d, unclear: true}, true
		}
	}
	if !r.unreadable {
		return found{}, false
	}
	for _, d := range c.distributions {
		if byImage != nil && ofProduct(byImage, d.Product) == nil {
			continue
		}
		for i := range d.Starts {
			if start := &d.Starts[i]; start.Anywhere && len(start.Labels)+len(start.Files) == 0 && mentions(container, start.telling()) {
				return found{distribution: cmp.Or(ofProduct(byImage, d.Product), d), start: &Start{}, row: d, unclear: true}, true
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

// startOf returns the start of the distribution that a call fits.
func (d *Distribution) startOf(c call, pod *document.Node) *Start {
	for i := range d.Starts {
		if start := &d.Starts[i]; start.fits(c, pod) {
			return start
		}
	}
	return nil
}

// fits reports whether a call is this start.
func (s *Start) fits(c call, pod *document.Node) bool {
	operands, ok := s.operands(c.words)
	if !ok || len(s.Files) > 0 && !slices.Contains(s.Files, s.configurationFile(operands)) {
		return false
	}
	return hasLabels(pod, s.Labels) && (len(s.Arguments) == 0 || slices.ContainsFunc(operands, func(w word) bool { return slices.Contains(s.Arguments, w.text) }))
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
	if runsClasses(path.Base(program)) {
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
