package workload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
)

// The annotations by which a pod says what it runs, where its image and its command do
// not.
const (
	// RoleAnnotation holds the role of one container: the name of a Role, or
	// "broker,controller" for a node that is both.
	RoleAnnotation = "sluice.dev/role"
	// ContainerAnnotation names that container, in a pod with several.
	ContainerAnnotation = "sluice.dev/container"
)

// combined are the roles of a KRaft node that is both.
const combined = string(Broker + "," + Controller)

// defaultContainerAnnotation names the container that kubectl takes for the application.
// Istio's injector sets it as well, to the first container that was there before.
const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container"

// declaration is what a pod says of itself.
type declaration struct {
	role Role
	// controller is true for a KRaft controller, combined or not.
	controller bool
	// container runs the process; nil for a pod that says nothing.
	container *document.Node
}

// Misdeclaration says why what a pod declares by annotation is not what counts.
type Misdeclaration struct {
	Reason  verdict.Code
	Message string
	// Near is the annotation.
	Near *document.Node
}

// Misdeclared returns what is wrong with the declaration of an object's pod, nil when
// nothing is or when it has none. w is what was recognised in the object, or nil.
func Misdeclared(root *document.Node, w *Workload) *Misdeclaration {
	pod := podOf(root)
	if pod == nil {
		return nil
	}
	declared, wrong := readDeclaration(pod)
	if wrong != nil || w == nil || declared.container == nil {
		return wrong
	}
	for _, process := range w.Processes {
		if process.Container == declared.container && declared.fits(process) {
			return nil
		}
	}
	for _, process := range w.Processes {
		if process.Container == declared.container {
			return &Misdeclaration{
				verdict.RoleContradicted,
				fmt.Sprintf("the pod says that container %s has the role %s, but what can be seen of it has the role %s (%s), and that counts",
					process.Name(), declared, declaration{role: process.Role, controller: process.Controller}, process.Distribution.Title),
				pod.At("metadata", "annotations", RoleAnnotation),
			}
		}
	}
	return nil
}

// readDeclaration reads the annotations of a pod.
func readDeclaration(pod *document.Node) (declaration, *Misdeclaration) {
	annotations := pod.At("metadata", "annotations")
	role, named := annotations.Get(RoleAnnotation), annotations.Get(ContainerAnnotation)
	wrong := func(near *document.Node, format string, args ...any) (declaration, *Misdeclaration) {
		return declaration{}, &Misdeclaration{verdict.RoleInvalid, fmt.Sprintf(format, args...), near}
	}
	if role == nil {
		if named != nil {
			return wrong(named, "%s without %s says nothing; add the role of that container", ContainerAnnotation, RoleAnnotation)
		}
		return declaration{}, nil
	}
	declared, ok := parseRole(role.Text())
	if !ok {
		return wrong(role, "%s is %s, which is no role: use one of %s, or %q for a node that is both",
			RoleAnnotation, role.AppendJSON(nil), roleNames(), combined)
	}
	var candidates []*document.Node
	for _, container := range pod.At("spec", "containers").Items() {
		if name := container.Get("name").Text(); name != sidecarName && name != GateContainer {
			candidates = append(candidates, container)
		}
	}
	if named == nil && len(candidates) > 1 {
		if named = annotations.Get(defaultContainerAnnotation); named == nil {
			return wrong(role, "the pod has several containers, so %s must say which of them has the role %s: one of %s",
				ContainerAnnotation, declared, containerNames(candidates))
		}
	}
	for _, container := range candidates {
		if named == nil || container.Get("name").Text() == named.Text() {
			declared.container = container
			return declared, nil
		}
	}
	if named == nil {
		return declaration{}, nil // a pod without a container, which the API server refuses
	}
	return wrong(named, "%s is %s, and there is no such container: use one of %s", named.Key, named.AppendJSON(nil), containerNames(candidates))
}

// parseRole reads the value of RoleAnnotation.
func parseRole(text string) (declaration, bool) {
	names := strings.Split(text, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	slices.Sort(names)
	if strings.Join(names, ",") == combined {
		return declaration{role: Broker, controller: true}, true
	}
	if role := Role(names[0]); len(names) == 1 && slices.Contains(roles, role) {
		return declaration{role: role, controller: role == Controller}, true
	}
	return declaration{}, false
}

// String writes the roles as RoleAnnotation has them.
func (d declaration) String() string {
	if d.controller && d.role == Broker {
		return combined
	}
	return string(d.role)
}

// product is what runs in the container.
func (d declaration) product() Product {
	if d.role.ServesKafka() {
		return KafkaProduct
	}
	return Product(d.role)
}

// fits reports whether a process is what the declaration says.
func (d declaration) fits(p *Process) bool { return p.Role == d.role && p.Controller == d.controller }

// processRoles are the roles of a KRaft node as process.roles has them. A broker may as well
// be one of ZooKeeper's time, which has none.
func (d declaration) processRoles() string {
	if !d.controller {
		return ""
	}
	return d.String()
}

// found is the process that the pod declares, of which nothing more is to be seen.
func (d declaration) found(c *Catalogue, r *reader) found {
	row := c.declared
	if own := ofProduct(r.byImage, d.product()); own != nil {
		row = own
	}
	return found{distribution: row, start: &Start{}, row: row, byImage: r.byImage, unclear: true}
}

func roleNames() string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}

func containerNames(containers []*document.Node) string {
	names := make([]string, len(containers))
	for i, container := range containers {
		names[i] = container.Get("name").Text()
	}
	return strings.Join(names, ", ")
}
