package pipeline

import (
	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
)

// judged adds findings in an object to the result, each with what becomes of it. Those of
// rules that are off are left out, with a skip for each.
func (p *Pipeline) judged(result *Result, findings []policies.Finding, root *document.Node, statement writer) {
	most, namespace, v := mostFor(root), result.Object.Namespace, &result.Verdict
	said := statement.findings(findings)
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
		finding.Asked, finding.Action = action, action.AtMost(most)
		if finding.Severity == verdict.Info {
			finding.Action = action.AtMost(verdict.ActionAudit)
		}
		v.Findings = append(v.Findings, finding)
	}
}

// mostFor is the strictest action that an object may get. What a controller makes can only
// be recorded: to refuse a pod that is rescheduled would be an outage, and a controller
// reads no warnings. What is being deleted has to be let go.
func mostFor(root *document.Node) verdict.Action {
	if controlled(root) || root.At("metadata", "deletionTimestamp") != nil {
		return verdict.ActionAudit
	}
	return verdict.ActionDeny
}

// controlled reports whether a controller made an object.
func controlled(root *document.Node) bool {
	for _, reference := range root.At("metadata", "ownerReferences").Items() {
		if reference.Get("controller").IsTrue() {
			return true
		}
	}
	return false
}
