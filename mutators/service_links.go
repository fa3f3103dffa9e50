package mutators

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// ServiceLinks turns off the environment variables that the kubelet makes of each
// Service in the namespace: a Service called "kafka" becomes KAFKA_PORT, which
// Kafka images read as a setting.
//
// The API server has filled in its default before a webhook sees a pod, so a true
// that a person wrote cannot be told from one that nobody did. Whoever wants the
// links says so with the annotation sluice.dev/service-links: "off".
//
// In the pods of brokers and of ZooKeeper nobody looks for them. Elsewhere somebody
// may, so that they are turned off only where the image would read them as settings.
type ServiceLinks struct{}

// Name is "service-links".
func (ServiceLinks) Name() string { return "service-links" }

// Mutate sets enableServiceLinks: false.
func (ServiceLinks) Mutate(_ context.Context, review *Review) {
	spec := review.pod().Get("spec")
	current := spec.Get("enableServiceLinks")
	if current.IsFalse() {
		review.skip(verdict.LinksAlready, current, "service links are already off")
		return
	}
	if !slices.ContainsFunc(review.Workload.Processes, isBetterWithoutLinks) {
		review.skip(verdict.LinksHarmless, review.Workload.Processes[0].Container,
			"left the service links on: the image makes no settings of them, and the application may look for them")
		return
	}
	if owner := review.Workload.ComparedBy(current); owner != nil {
		review.skip(verdict.OperatorOwned, current, fmt.Sprintf(
			"left the service links on: %s compares enableServiceLinks with what its %s says; turn them off there", owner.Operator, owner.Resource))
		return
	}
	near := current
	if near == nil {
		near = spec
	}
	review.change(verdict.LinksDisabled, near, review.path(spec, "enableServiceLinks"),
		"turned service links off, so that no Service's name becomes a Kafka or ZooKeeper setting",
		func(e *document.Editor) { e.SetSpec(review.pod(), "enableServiceLinks", document.NewBool(false)) })
}

func isBetterWithoutLinks(p *workload.Process) bool {
	return p.Role.Serves() || p.LinksHarm() != workload.LinksIgnored
}
