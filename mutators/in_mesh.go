package mutators

import (
	"context"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// InMesh runs a mutator unless the pod is known to stay outside the mesh. Where
// that is unknown it runs: what it sets is harmless without a proxy.
type InMesh struct{ Mutator }

// Mutate runs the mutator, or says that the pod stays outside the mesh.
func (m InMesh) Mutate(ctx context.Context, review *Review) {
	membership := workload.InMesh(ctx, review.Workload, review.Surroundings)
	if membership.Answer == workload.No {
		review.skip(verdict.NotInMesh, membership.Node, "left the mesh settings alone: "+membership.Reason)
		return
	}
	m.Mutator.Mutate(ctx, review)
}
