package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/verdict"
)

func TestWhatAWaiverHides(t *testing.T) {
	const rule = "mesh/proxy-exits-before-broker"
	holds := "- {rule: " + rule + ", reason: why, expires: 2099-12-31}"
	for _, test := range []struct {
		name, annotation, settings string
		hidden                     bool
		code                       verdict.Code
	}{
		{"one that holds", holds, "", true, verdict.RuleWaived},
		{"one for the container", strings.Replace(holds, "reason", "container: kafka, reason", 1), "", true, verdict.RuleWaived},
		{"one for another container", strings.Replace(holds, "reason", "container: sidecar, reason", 1), "", false, ""},
		{"one that expired", strings.Replace(holds, "2099", "2020", 1), "", false, verdict.WaiverExpired},
		{"one without a reason", strings.Replace(holds, "reason: why, ", "", 1), "", false, verdict.WaiverMalformed},
		{"no YAML", "[", "", false, verdict.WaiverMalformed},
		{"one of another rule", strings.Replace(holds, rule, "mesh/host-port", 1), "", false, ""},
		{"one that holds behind one that expired", strings.Replace(holds, "2099", "2020", 1) + "\n" + holds, "", true, verdict.RuleWaived},
		{"one of the settings", "", "waivers: [{rule: " + rule + ", namespace: kafka, name: kafka, reason: why, expires: 2099-12-31}]", true, verdict.RuleWaived},
		{"one of the settings for another namespace", "", "waivers: [{rule: " + rule + ", namespace: other, reason: why, expires: 2099-12-31}]", false, ""},
		{"one of the settings for another object", "", "waivers: [{rule: " + rule + ", name: other, reason: why, expires: 2099-12-31}]", false, ""},
		{"one of the settings for the controller", "", "waivers: [{rule: " + rule + ", name: set, reason: why, expires: 2099-12-31}]", true, verdict.RuleWaived},
		{"one that holds, of a rule that is denied", holds, "actions: {default: deny}", true, verdict.RuleWaived},
		{"one that holds, of a rule that is off", holds, "actions: {default: 'off'}", true, verdict.RuleOff},
	} {
		t.Run(test.name, func(t *testing.T) {
			manifest := strings.Replace(early, "spec:", "  ownerReferences: [{kind: StatefulSet, name: set, controller: true}]\nspec:", 1)
			if test.annotation != "" {
				block := "{sluice.dev/mode: \"off\", sluice.dev/waive: " + quoted(test.annotation) + "}"
				manifest = strings.Replace(manifest, `{sluice.dev/mode: "off"}`, block, 1)
			}
			said := actionsOf(t, manifest, test.settings)
			if hidden := !slices.ContainsFunc(said.Findings, func(f verdict.Finding) bool { return f.Rule == rule }); hidden != test.hidden {
				t.Errorf("hidden is %v: %+v", hidden, said.Findings)
			}
			if test.code != "" && !slices.ContainsFunc(said.Skips, func(s verdict.Skip) bool { return s.Reason == test.code }) {
				t.Errorf("no %s among %+v", test.code, said.Skips)
			}
			if test.code == "" && slices.ContainsFunc(said.Skips, func(s verdict.Skip) bool { return strings.HasPrefix(string(s.Reason), "rule/") }) {
				t.Errorf("said %+v", said.Skips)
			}
		})
	}
}

// quoted writes text as a scalar of YAML in one line.
func quoted(text string) string { return `"` + strings.ReplaceAll(text, "\n", `\n`) + `"` }

func TestSomeRulesCannotBeWaived(t *testing.T) {
	manifest := strings.NewReplacer(
		`{sluice.dev/mode: "off"}`, `{sluice.dev/waive: "[{rule: identity/anonymous-super-user, reason: why, expires: 2099-12-31}]"}`,
		"env: [", "env: [{name: KAFKA_CFG_AUTHORIZER_CLASS_NAME, value: org.apache.kafka.metadata.authorizer.StandardAuthorizer}, {name: KAFKA_CFG_SUPER_USERS, value: 'User:ANONYMOUS'}, ",
	).Replace(early)
	said := actionsOf(t, manifest, "")
	if !slices.ContainsFunc(said.Findings, func(f verdict.Finding) bool { return f.Rule == "identity/anonymous-super-user" }) {
		t.Errorf("found %+v", said.Findings)
	}
	if !slices.ContainsFunc(said.Skips, func(s verdict.Skip) bool { return s.Reason == verdict.WaiverRefused }) {
		t.Errorf("skipped %+v", said.Skips)
	}
}

// What two containers share, such as a proxy that leaves early, is about neither of them.
func TestAWaiverForOneContainerDoesNotHideWhatSeveralShare(t *testing.T) {
	const rule = "mesh/proxy-exits-before-broker"
	second := strings.Replace(early, "  - name: kafka\n", "  - name: second\n    image: bitnami/kafka:3.9.0\n  - name: kafka\n", 1)
	for container, hidden := range map[string]bool{", container: kafka": false, "": true} {
		waiver := `, sluice.dev/waive: "[{rule: ` + rule + container + `, reason: why, expires: 2099-12-31}]"}`
		said := actionsOf(t, strings.Replace(second, `"off"}`, `"off"`+waiver, 1), "")
		if got := !slices.ContainsFunc(said.Findings, func(f verdict.Finding) bool { return f.Rule == rule }); got != hidden {
			t.Errorf("%q hides it: %v", container, got)
		}
	}
}
