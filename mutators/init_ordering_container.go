package mutators

import (
	"context"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/wait/target"
)

// program is where the image has sluice-wait.
const program = "/sluice-wait"

// nonRoot is the user of what waits in a pod that would otherwise run it as root: the
// one that the image names.
const nonRoot = 65532

// amounts are what a container that waits takes of a resource. It starts one small
// program, which then asks a few questions; its limit leaves room for the runtime's own
// start of it.
type amounts struct {
	resource       string
	request, limit resource.Quantity
}

func needed() []amounts {
	return []amounts{
		{"cpu", resource.MustParse("10m"), resource.MustParse("100m")},
		{"memory", resource.MustParse("16Mi"), resource.MustParse("64Mi")},
	}
}

// container is a container that waits, with more fields of its own. It satisfies the
// pod security standard "restricted" in any pod, and needs no file system.
func (o *ordering) container(ctx context.Context, name, mode string, groups []target.Group, more ...*document.Node) *document.Node {
	arguments := []*document.Node{document.NewString("--timeout=" + o.timeout())}
	for _, group := range groups {
		arguments = append(arguments, document.NewString(group.String()))
	}
	images := &o.review.Settings.Images
	fields := []*document.Node{
		document.NewString(name).WithKey("name"),
		document.NewString(images.From(images.Wait)).WithKey("image"),
		document.NewString("IfNotPresent").WithKey("imagePullPolicy"),
		document.NewSequence(document.NewString(program), document.NewString(mode)).WithKey("command"),
		document.NewSequence(arguments...).WithKey("args"),
	}
	fields = append(fields, more...)
	if resources := o.resources(ctx); resources != nil {
		fields = append(fields, resources.WithKey("resources"))
	}
	return document.NewMapping(append(fields, o.securityContext().WithKey("securityContext"))...)
}

func (o *ordering) timeout() string { return o.review.Settings.InitOrdering.Timeout.String() }

// exec is the handler of a hook or probe that runs a command.
func exec(words ...string) *document.Node {
	nodes := make([]*document.Node, len(words))
	for i, word := range words {
		nodes[i] = document.NewString(word)
	}
	return document.NewMapping(document.NewSequence(nodes...).WithKey("command")).WithKey("exec")
}

// podIdentity are the variables from which an event can be made.
func podIdentity() *document.Node {
	var entries []*document.Node
	for _, variable := range [][2]string{{"POD_NAME", "metadata.name"}, {"POD_NAMESPACE", "metadata.namespace"}, {"POD_UID", "metadata.uid"}} {
		reference := document.NewMapping(document.NewString(variable[1]).WithKey("fieldPath"))
		source := document.NewMapping(reference.WithKey("fieldRef"))
		entries = append(entries, document.NewMapping(document.NewString(variable[0]).WithKey("name"), source.WithKey("valueFrom")))
	}
	return document.NewSequence(entries...).WithKey("env")
}

// securityContext drops all rights. The user is named only where the pod's is root:
// elsewhere it is the pod's, or the image's own, which some platforms insist on choosing.
func (o *ordering) securityContext() *document.Node {
	drop := document.NewMapping(document.NewSequence(document.NewString("ALL")).WithKey("drop"))
	profile := document.NewMapping(document.NewString("RuntimeDefault").WithKey("type"))
	fields := []*document.Node{
		document.NewBool(false).WithKey("allowPrivilegeEscalation"),
		drop.WithKey("capabilities"),
		document.NewBool(true).WithKey("readOnlyRootFilesystem"),
		document.NewBool(true).WithKey("runAsNonRoot"),
		profile.WithKey("seccompProfile"),
	}
	if user, ok := o.review.pod().At("spec", "securityContext", "runAsUser").Int(); ok && user == 0 {
		fields = append(fields, document.NewNumber(nonRoot).WithKey("runAsUser"))
	}
	return document.NewMapping(fields...)
}

// resources are requests and limits: a quota refuses a pod without them, and an
// autoscaler cannot count one. They fit the limits of the namespace. Where the pod has
// an amount of its own for all containers they are left out, since the sum of the
// containers' must not exceed it.
func (o *ordering) resources(ctx context.Context) *document.Node {
	pod := o.review.pod()
	if pod.At("spec", "resources") != nil {
		return nil
	}
	ranges, _ := o.review.Surroundings.Objects(ctx, surroundings.LimitRange, o.review.Namespace)
	guaranteed := isGuaranteed(pod)
	var requests, limits []*document.Node
	for _, needed := range needed() {
		if guaranteed {
			needed.request = needed.limit
		}
		for _, limitRange := range ranges {
			for _, item := range limitRange.Root.At("spec", "limits").Items() {
				if item.Get("type").Text() == "Container" {
					needed.fit(item)
				}
			}
		}
		requests = append(requests, document.NewString(needed.request.String()).WithKey(needed.resource))
		limits = append(limits, document.NewString(needed.limit.String()).WithKey(needed.resource))
	}
	return document.NewMapping(
		document.NewMapping(limits...).WithKey("limits"),
		document.NewMapping(requests...).WithKey("requests"),
	)
}

// fit brings the amounts into one entry of a LimitRange. With a ratio of limit and
// request in it the two become the same, which satisfies any.
func (a *amounts) fit(item *document.Node) {
	if least, ok := quantity(item.At("min", a.resource)); ok {
		a.request, a.limit = larger(a.request, least), larger(a.limit, least)
	}
	if most, ok := quantity(item.At("max", a.resource)); ok {
		a.request, a.limit = smaller(a.request, most), smaller(a.limit, most)
	}
	if item.At("maxLimitRequestRatio", a.resource) != nil {
		a.request = a.limit
	}
}

// quantity reads an amount, which YAML may have as a number.
func quantity(node *document.Node) (resource.Quantity, bool) {
	if node == nil || node.Kind != document.String && node.Kind != document.Number {
		return resource.Quantity{}, false
	}
	amount, err := resource.ParseQuantity(node.Value)
	return amount, err == nil
}

func larger(a, b resource.Quantity) resource.Quantity {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

func smaller(a, b resource.Quantity) resource.Quantity {
	if a.Cmp(b) > 0 {
		return b
	}
	return a
}

// isGuaranteed reports whether a pod has the quality of service of that name, which one
// container with a request below its limit would take from it.
func isGuaranteed(pod *document.Node) bool {
	containers := 0
	for _, list := range []string{"initContainers", "containers"} {
		for _, container := range pod.At("spec", list).Items() {
			containers++
			for _, name := range []string{"cpu", "memory"} {
				limit, ok := quantity(container.At("resources", "limits", name))
				request, set := quantity(container.At("resources", "requests", name))
				if !ok || set && request.Cmp(limit) != 0 {
					return false
				}
			}
		}
	}
	return containers > 0
}
