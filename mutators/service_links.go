package mutators

import (
	"context"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
)

// ServiceLinks turns off the environment variables that the kubelet makes of each
// Service in the namespace: a Service called "kafka" becomes KAFKA_PORT, which
// Kafka images read as a setting.
//
// The API server has filled in its default before a webhook sees a pod, so a true
// that a person wrote cannot be told from one that nobody did. Whoever wants the
// links says so with the annotation sluice.dev/service-links: "off".
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
	near := current
	if near == nil {
		near = spec
	}
	review.change(verdict.LinksDisabled, near, review.path(spec, "enableServiceLinks"),
		"turned service links off, so that no Service's name becomes a Kafka or ZooKeeper setting",
		func(e *document.Editor) { e.SetSpec(review.pod(), "enableServiceLinks", document.NewBool(false)) })
}
