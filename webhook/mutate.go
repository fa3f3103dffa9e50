package webhook

import (
	"context"

	"github.com/sluice-dev/sluice/pipeline"
)

// mutate patches pods and nothing else: whoever owns a StatefulSet compares it with
// what it wants, and would undo us for ever. The rules wait for validate, since the
// webhooks after this one may still change the pod.
func (a *Admission) mutate(ctx context.Context, r *review) (Response, error) {
	if response, ok := a.outside(r, r.isPod()); ok {
		return response, nil
	}
	object, err := r.objectOf()
	if err != nil {
		return Response{}, err
	}
	result, err := a.reviewer.Review(ctx, pipeline.Request{Root: object, Namespace: r.namespace, SkipRules: true, Summarise: true})
	if err != nil {
		return Response{}, err
	}
	if !result.Recognised {
		response := Patched(result.Operations)
		response.Outcome, response.Message = Unrecognised, "neither Kafka nor ZooKeeper"
		return response, nil
	}
	if !r.dryRun {
		a.metrics.changed(&result.Verdict)
		a.events.changed(r, &result.Verdict)
	}
	var told warnings
	told.addShadowed(result.Verdict.Changes)
	return Patched(result.Operations).WithWarnings(told.all()).WithAnnotations(&result.Verdict), nil
}
