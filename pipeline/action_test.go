package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

// early is a broker whose proxy comes late and leaves early.
const early = `apiVersion: v1
kind: Pod
metadata:
  name: kafka
  namespace: kafka
  annotations: {sluice.dev/mode: "off"}
spec:
  containers:
  - name: kafka
    image: bitnami/kafka:3.9.0
    env: [{name: KAFKA_CFG_PROCESS_ROLES, value: broker}]
`

func actionsOf(t *testing.T, manifest, decided string) verdict.Verdict {
	t.Helper()
	s, err := settings.Parse([]byte(decided), "s", pipeline.Names())
	if err != nil {
		t.Fatal(err)
	}
	return review(t, s, objects(t, "pod.yaml", []byte(manifest))[0]).Verdict
}

func TestWhatBecomesOfFindings(t *testing.T) {
	owner := func(controller bool) string {
		return fmt.Sprintf("  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: kafka, uid: \"1\", controller: %v}]\nspec:", controller)
	}
	for _, test := range []struct {
		name, spec, settings string
		action, asked        verdict.Action
	}{
		{"by default", "spec:", "", verdict.ActionWarn, verdict.ActionWarn},
		{"where the rule is denied", "spec:", "actions: {rules: {mesh/proxy-exits-before-broker: deny}}", verdict.ActionDeny, verdict.ActionDeny},
		{"where the group is denied", "spec:", "actions: {rules: {mesh: deny}}", verdict.ActionDeny, verdict.ActionDeny},
		{"where the namespace records", "spec:", "actions: {default: deny, namespaces: {kafka: {default: audit}}}", verdict.ActionAudit, verdict.ActionAudit},
		{"in another namespace", "spec:", "actions: {default: deny, namespaces: {other: {default: audit}}}", verdict.ActionDeny, verdict.ActionDeny},
		{"in a pod that a controller made", owner(true), "", verdict.ActionAudit, verdict.ActionWarn},
		{"in a pod that a controller made, where it is denied", owner(true), "actions: {default: deny}", verdict.ActionAudit, verdict.ActionDeny},
		{"in a pod that is owned, but not controlled", owner(false), "actions: {default: deny}", verdict.ActionDeny, verdict.ActionDeny},
		{"in a pod that is being deleted", "  deletionTimestamp: \"2026-01-01T00:00:00Z\"\nspec:", "actions: {default: deny}", verdict.ActionAudit, verdict.ActionDeny},
	} {
		t.Run(test.name, func(t *testing.T) {
			said := actionsOf(t, strings.Replace(early, "spec:", test.spec, 1), test.settings)
			at := slices.IndexFunc(said.Findings, func(f verdict.Finding) bool { return f.Rule == "mesh/proxy-exits-before-broker" })
			if at < 0 {
				t.Fatalf("found %+v", said.Findings)
			}
			if found := said.Findings[at]; found.Action != test.action || found.Asked != test.asked {
				t.Errorf("%s, asked for %s; want %s, asked for %s", found.Action, found.Asked, test.action, test.asked)
			}
			for _, found := range said.Findings {
				if found.Severity == verdict.Info && found.Action.AtLeast(verdict.ActionWarn) {
					t.Errorf("%s is info, and gets %s", found.Rule, found.Action)
				}
			}
		})
	}
}

func TestARuleThatIsOffLeavesASkip(t *testing.T) {
	said := actionsOf(t, early, "actions: {namespaces: {kafka: {rules: {mesh/proxy-exits-before-broker: off}}}}")
	for _, finding := range said.Findings {
		if finding.Rule == "mesh/proxy-exits-before-broker" {
			t.Errorf("found %+v", finding)
		}
	}
	at := slices.IndexFunc(said.Skips, func(s verdict.Skip) bool { return s.Reason == verdict.RuleOff })
	if at < 0 {
		t.Fatalf("skipped %+v", said.Skips)
	}
	if want := "mesh/proxy-exits-before-broker is off, which would have found something: the settings say actions.namespaces.kafka.rules.mesh/proxy-exits-before-broker: off"; said.Skips[at].Message != want {
		t.Errorf("said %q", said.Skips[at].Message)
	}
	if len(said.Findings) == 0 {
		t.Error("other rules found nothing any more")
	}
}
