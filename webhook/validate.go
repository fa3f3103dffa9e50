package webhook

import (
	"context"

	"github.com/sluice-dev/sluice/pipeline"
)

// validate judges pods as they will run, after all mutating webhooks, and templates
// as their pods will be once mutate has had them. It refuses only what the settings
// ask it to, and of that only what no controller made.
func (a *Admission) validate(ctx context.Context, r *review) (Response, error) {
	pod := r.isPod()
	template, ok := r.template()
	if response, ok := a.outside(r, pod || ok); ok {
		return response, nil
	}
	object, err := r.objectOf()
	if err != nil {
		return Response{}, err
	}
	// Scaling is no news, and who warns of everything is not heard.
	if !pod && r.unchanged(template) {
		return Allowed(Unchanged, "not reviewed: the pod template stays as it was"), nil
	}
	result, err := a.reviewer.Review(ctx, pipeline.Request{Root: object, Namespace: r.namespace, SkipMutators: pod})
	if err != nil {
		return Response{}, err
	}
	if !result.Recognised {
		return Allowed(Unrecognised, "neither Kafka nor ZooKeeper"), nil
	}
	if !r.dryRun {
		a.metrics.found(&result.Verdict)
		a.events.found(r, &result.Verdict)
	}
	var told warnings
	told.addFindings(result.Object, result.Verdict.Findings)
	if !result.Controlled {
		told.addDisagreements(result.Verdict.Skips)
	}
	list, response := told.all(), Allowed(Unchanged, "nothing to warn of")
	if why := refusal(result.Object, result.Verdict.Findings); why != "" {
		response = Denied(why).WithWarnings(list)
	} else if len(list) > 0 {
		response = Allowed(Warned, "judged").WithWarnings(list)
	}
	return response.WithAnnotations(&result.Verdict), nil
}
