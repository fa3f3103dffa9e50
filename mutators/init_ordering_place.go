package mutators

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/wait/target"
	"github.com/sluice-dev/sluice/workload"
)

// defaultContainer names the container that kubectl logs and exec mean unless somebody
// says otherwise.
const defaultContainer = "kubectl.kubernetes.io/default-container"

// The gate's startup probe, which makes an event of a time-out, begins when the hook has
// ended, and passes at the second time at the latest. A node that is too busy to run it
// gets two minutes before its kubelet starts the gate again.
const (
	probePeriod   = 2  // seconds
	probeTimeout  = 10 // seconds
	probeFailures = 60
)

// initContainer puts the container that waits right behind a native sidecar, so that
// the pod's other init containers wait as well.
func (o *ordering) initContainer(ctx context.Context, groups []target.Group) {
	review, proxy := o.review, o.review.Workload.Sidecar.Container
	if there := named(proxy.Parent(), workload.WaitContainer); there != nil {
		review.skip(verdict.OrderAlready, there, "the pod already waits for what it depends on")
		return
	}
	index := proxy.Index() + 1
	container := o.container(ctx, workload.WaitContainer, "wait", groups, podIdentity())
	review.change(verdict.OrderInit, proxy, fmt.Sprintf("%s[%d]", review.path(proxy.Parent()), index),
		"the application now starts after an answer from "+sentence(groups),
		func(e *document.Editor) { e.Insert(proxy.Parent(), index, container) })
	o.pullSecrets()
}

// gate puts a container behind a classic sidecar whose postStart hook keeps the kubelet
// from starting the containers behind it. The gate stays, since what ends is started
// again, or ends the pod.
func (o *ordering) gate(ctx context.Context, groups []target.Group) {
	review, sidecar := o.review, o.review.Workload.Sidecar
	containers := sidecar.Container.Parent()
	if there := named(containers, workload.GateContainer); there != nil {
		review.skip(verdict.OrderAlready, there, "the pod already has a gate in front of the application")
		return
	}
	if policy := review.pod().At("spec", "restartPolicy"); policy.Text() == "Never" || policy.Text() == "OnFailure" {
		review.skip(verdict.OrderJob, policy, fmt.Sprintf(
			"nothing waits: with restartPolicy %s the pod is to end, which it would not with a gate beside its classic sidecar", policy.Text()))
		return
	}
	if !sidecar.First() || !sidecar.Waits() {
		review.skip(verdict.OrderNotHeld, sidecar.Container, "nothing waits: istio-proxy does not hold back the containers behind it, so that a gate would ask without a network")
		return
	}
	const index = 1
	hook := document.NewMapping(exec(program, "hook", "--timeout="+o.timeout()))
	gate := o.container(ctx, workload.GateContainer, "gate", groups,
		document.NewMapping(hook.WithKey("postStart")).WithKey("lifecycle"),
		document.NewMapping(
			exec(program, "probe"),
			document.NewNumber(probePeriod).WithKey("periodSeconds"),
			document.NewNumber(probeTimeout).WithKey("timeoutSeconds"),
			document.NewNumber(probeFailures).WithKey("failureThreshold"),
		).WithKey("startupProbe"))
	review.change(verdict.OrderGate, sidecar.Container, fmt.Sprintf("%s[%d]", review.path(containers), index),
		"the application now starts after an answer from "+sentence(groups)+", behind a gate",
		func(e *document.Editor) { e.Insert(containers, index, gate) })
	o.pullSecrets()
	o.nameDefault()
}

// sentence lists the groups for people.
func sentence(groups []target.Group) string {
	texts := make([]string, len(groups))
	for i, group := range groups {
		targets := make([]string, len(group))
		for j, to := range group {
			targets[j] = to.String()
		}
		texts[i] = strings.Join(targets, " or ")
	}
	return strings.Join(texts, ", and from ")
}

// pullSecrets gives the pod the Secrets with which the image is pulled. The list of a
// service account takes effect only in a pod without one of its own; in a pod that the
// API server has made it is there by now, in a template it is still to come.
func (o *ordering) pullSecrets() {
	review := o.review
	spec := review.pod().Get("spec")
	list := spec.Get("imagePullSecrets")
	if len(list.Items()) == 0 && review.Workload.Object.Kind != "Pod" {
		return
	}
	for _, name := range review.Settings.Images.PullSecrets {
		if named(list, name) != nil {
			continue
		}
		review.change(verdict.OrderPullSecret, nearest(list, spec), review.path(spec, "imagePullSecrets"),
			"the image of what waits can now be pulled with the Secret "+name,
			func(e *document.Editor) {
				e.AppendSpec(review.pod(), "imagePullSecrets", document.NewMapping(document.NewString(name).WithKey("name")))
			})
	}
}

// nameDefault makes kubectl mean the application and not the gate in front of it.
func (o *ordering) nameDefault() {
	value, near := o.review.annotation(defaultContainer)
	if value != nil {
		return
	}
	name := o.review.Workload.Processes[0].Name()
	o.review.change(verdict.OrderDefaultContainer, near, o.review.annotationPath(defaultContainer),
		"kubectl still means the container "+name+" unless told otherwise",
		func(e *document.Editor) { e.SetAnnotation(o.review.pod(), defaultContainer, name) })
}

// nearest is a node, or the one that would hold it.
func nearest(node, holder *document.Node) *document.Node {
	if node != nil {
		return node
	}
	return holder
}
