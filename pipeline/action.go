package pipeline

import (
	"time"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// judged adds findings in an object to the result, each with what becomes of it. Those of
// rules that are off and those that are waived are left out, with a skip for each.
func (p *Pipeline) judged(result *Result, findings []policies.Finding, root, pod *document.Node, statement writer) {
	result.Controlled = workload.ControllerOf(root) != nil
	most, namespace, v := mostFor(root), result.Object.Namespace, &result.Verdict
	said, now := statement.findings(findings), time.Now()
	result.Waivers = p.waiversFor(root, pod, result.Object, statement)
	for i := range said {
		finding := said[i]
		action, key := p.settings.Actions.Of(finding.Rule, namespace, findings[i].Recent)
		if action == verdict.ActionOff {
			v.Skips = append(v.Skips, verdict.Skip{
				Reason: verdict.RuleOff, Message: finding.Rule + " is off, which would have found something: the settings say " + key + ": off",
				Location: finding.Location, Object: finding.Object,
			})
			continue
		}
		if waive(result.Waivers, &finding, &findings[i], now) {
			continue
		}
		finding.Asked, finding.Action = action, action.AtMost(most)
		if finding.Severity == verdict.Info {
			finding.Action = action.AtMost(verdict.ActionAudit)
		}
		v.Findings = append(v.Findings, finding)
	}
	v.Skips = append(v.Skips, statement.waived(result.Waivers)...)
}

// mostFor is the strictest action that an object may get. What a controller makes can only
// be recorded: to refuse a pod that is rescheduled would be an outage, and a controller
// reads no warnings. What is being deleted has to be let go.
func mostFor(root *document.Node) verdict.Action {
	if workload.ControllerOf(root) != nil || root.At("metadata", "deletionTimestamp") != nil {
		return verdict.ActionAudit
	}
	return verdict.ActionDeny
}
