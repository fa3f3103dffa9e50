package mutators

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/wait/target"
	"github.com/sluice-dev/sluice/workload"
)

// waitForAnnotation names what a pod waits for, in place of what its configuration
// says: what target.ParseGroups reads.
const waitForAnnotation = annotationPrefix + "wait-for"

// InitOrdering makes a pod wait until what it depends on answers, through the mesh: a
// broker for its quorum, Connect and its like for their brokers, and whoever asks for
// it by annotation.
//
// It cannot deadlock, because waiting goes one way: from brokers to what stores their
// metadata, and from the rest to brokers. ZooKeeper and controllers wait for nobody, and
// nobody waits for what runs in the same pod.
type InitOrdering struct{}

// Name is "init-ordering".
func (InitOrdering) Name() string { return "init-ordering" }

// Mutate adds what waits, next to a proxy that is there: an init container behind a
// native one, a gate behind a classic one. Before Istio's injector has been there
// nobody can tell which it will be.
func (m InitOrdering) Mutate(ctx context.Context, review *Review) {
	ordering := &ordering{review: review}
	asked, ok := ordering.asked()
	if !ok {
		return
	}
	if review.Settings.Images.Wait == "" {
		if asked != nil {
			review.skip(verdict.OrderNoImage, asked, "nothing waits: the settings name no images.wait, which is the image with sluice-wait")
		} else {
			review.skip(verdict.OrderUnconfigured, review.pod(), "nothing waits: the settings name no images.wait")
		}
		return
	}
	groups := ordering.groups(ctx, asked)
	if len(groups) == 0 {
		return // and why was said
	}
	switch review.Workload.Sidecar.Kind {
	case workload.NativeSidecar:
		ordering.initContainer(ctx, groups)
	case workload.ClassicSidecar:
		ordering.gate(ctx, groups)
	default:
		review.skip(verdict.OrderNoProxy, review.pod(), "nothing waits yet: that goes behind istio-proxy, which is not there before Istio has injected it")
	}
}

// ordering is the ordering of one pod.
type ordering struct {
	review *Review
	// gathered are the groups of asked, parsed.
	parsed []target.Group
}

// asked reads the annotation and returns its node, nil when there is none. ok is false
// when the pod must not, or cannot, wait.
func (o *ordering) asked() (node *document.Node, ok bool) {
	review := o.review
	asked, _ := review.annotation(waitForAnnotation)
	for _, process := range review.Workload.Processes {
		if process.Role == workload.ZooKeeper || process.Controller {
			if asked != nil {
				review.skip(verdict.OrderFirst, asked, "nothing waits: others wait for container "+process.Name())
			}
			return nil, false
		}
	}
	if asked == nil {
		return nil, true
	}
	if slices.ContainsFunc(review.Workload.Processes, func(p *workload.Process) bool { return p.Role.Serves() }) {
		review.skip(verdict.OrderNotForBrokers, asked,
			"left the annotation aside: a broker waits for what its configuration names, since brokers that wait for each other would never start")
		return nil, true
	}
	groups, err := target.ParseGroups(asked.Text())
	if err != nil {
		review.skip(verdict.OrderMalformed, asked, fmt.Sprintf("nothing waits: %s is wrong: %s", waitForAnnotation, oneLine(err)))
		return nil, false
	}
	o.parsed = groups
	return asked, true
}

// oneLine writes an error of several on one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// groups returns what has to answer, by addresses through which the mesh can be asked.
func (o *ordering) groups(ctx context.Context, asked *document.Node) []target.Group {
	var all []dependency
	if asked != nil {
		for _, group := range o.parsed {
			all = append(all, dependency{near: workload.At(asked), what: waitForAnnotation, targets: group})
		}
	} else {
		for _, process := range o.review.Workload.Processes {
			all = append(all, o.dependencies(process)...)
		}
	}
	var groups []target.Group
	for _, dependency := range all {
		group := o.reachable(ctx, dependency)
		if len(group) > 0 && !slices.ContainsFunc(groups, func(other target.Group) bool { return slices.Equal(other, group) }) {
			groups = append(groups, group)
		}
	}
	return groups
}
