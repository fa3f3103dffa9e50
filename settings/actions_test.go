package settings_test

import (
	"testing"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

func TestTheNearestActionCounts(t *testing.T) {
	read, err := settings.Parse([]byte(`actions:
  default: audit
  rules: {mesh: deny, mesh/host-port: warn, quorum: off}
  namespaces:
    playground:
      rules: {mesh: audit, security: deny}
    bare:
      default: off
`), "s", pipeline.Names())
	if err != nil {
		t.Fatal(err)
	}
	defaults := settings.Default()
	for _, test := range []struct {
		name, rule, namespace string
		actions               settings.Actions
		recent                bool
		want                  verdict.Action
		key                   string
	}{
		{"the rule before its group", "mesh/host-port", "kafka", read.Actions, false, verdict.ActionWarn, "actions.rules.mesh/host-port"},
		{"the group before all", "mesh/host-network", "kafka", read.Actions, false, verdict.ActionDeny, "actions.rules.mesh"},
		{"all", "acl/void-grant", "kafka", read.Actions, false, verdict.ActionAudit, "actions.default"},
		{"the namespace before all namespaces", "security/root", "playground", read.Actions, false, verdict.ActionDeny, "actions.namespaces.playground.rules.security"},
		{"a group of the namespace before a rule of all", "mesh/host-port", "playground", read.Actions, false, verdict.ActionAudit, "actions.namespaces.playground.rules.mesh"},
		{"what the namespace leaves open", "quorum/even", "playground", read.Actions, false, verdict.ActionOff, "actions.rules.quorum"},
		{"all of a namespace", "mesh/host-port", "bare", read.Actions, false, verdict.ActionOff, "actions.namespaces.bare.default"},
		{"no settings", "mesh/host-port", "kafka", defaults.Actions, false, verdict.ActionWarn, "actions.default"},
		{"a recent rule", "mesh/host-port", "kafka", defaults.Actions, true, verdict.ActionAudit, "actions.default"},
		{"a recent rule of a group that is denied", "mesh/host-network", "kafka", read.Actions, true, verdict.ActionAudit, "actions.rules.mesh"},
		{"a recent rule that is asked for by its name", "mesh/host-port", "kafka", read.Actions, true, verdict.ActionWarn, "actions.rules.mesh/host-port"},
		{"a recent rule that is off", "quorum/even", "kafka", read.Actions, true, verdict.ActionOff, "actions.rules.quorum"},
		{"nothing at all", "mesh/host-port", "kafka", settings.Actions{}, false, verdict.ActionWarn, ""},
	} {
		if got, key := test.actions.Of(test.rule, test.namespace, test.recent); got != test.want || key != test.key {
			t.Errorf("%s: %s by %q, want %s by %q", test.name, got, key, test.want, test.key)
		}
	}
}
