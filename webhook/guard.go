package webhook

import (
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/sluice-dev/sluice/mutators"
)

// Guard is what a ValidatingAdmissionPolicy asks of a pod, without a server: whether
// Sluice has seen it. It fits the same matchConstraints as the mutating configuration.
type Guard struct {
	MatchConditions []admissionregistrationv1.MatchCondition `json:"matchConditions"`
	Validations     []admissionregistrationv1.Validation     `json:"validations"`
}

// NewGuard returns the questions; expression is that of an Endpoint.
func NewGuard(expression string) Guard {
	declines := func(object string) string {
		annotations := object + ".metadata.annotations"
		return "has(" + annotations + ") && '" + mutators.ModeAnnotation + "' in " + annotations +
			" && " + annotations + "['" + mutators.ModeAnnotation + "'] != 'enforce'"
	}
	return Guard{
		MatchConditions: podConditions(expression),
		Validations: []admissionregistrationv1.Validation{{
			Expression: strings.Join([]string{
				"has(object.metadata.annotations) && '" + mutators.SummaryAnnotation + "' in object.metadata.annotations",
				// Nothing is left on pods that Sluice may not change.
				declines("object"),
				"namespaceObject != null && " + declines("namespaceObject"),
			}, " || "),
			MessageExpression: "'Sluice did not see the pod ' + (has(object.metadata.name) ? object.metadata.name : object.metadata.generateName) + " +
				"', because it was away: it may not work in the mesh. Create it again when sluice serve is ready.'",
		}},
	}
}
