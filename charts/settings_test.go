package charts

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

// settingsOf are the settings of a server that is installed with some values.
func settingsOf(t *testing.T, values string) settings.Settings {
	t.Helper()
	data := objects(t, render(t, values)).one(t, "ConfigMap")["data"].(map[string]any)
	s, err := settings.Parse([]byte(data["settings.yaml"].(string)), "settings.yaml", pipeline.Names())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A server does not start with settings that it cannot read.
func TestTheServersCanReadTheSettingsOfTheChart(t *testing.T) {
	read := func(values string) settings.Settings { return settingsOf(t, values) }
	defaults := settings.Default()
	defaults.Mutators, defaults.Identity.Ports = map[string]settings.Mode{}, []int{}
	defaults.Actions.Rules, defaults.Actions.Namespaces = map[string]verdict.Action{}, map[string]settings.RuleActions{}
	if got := read("{}"); !reflect.DeepEqual(got, defaults) {
		t.Errorf("by default they are %+v", got)
	}
	decided := read("{settings: {actions: {default: audit, rules: {mesh: deny}, namespaces: {kafka: {default: 'off'}}}}}").Actions
	if decided.Default != verdict.ActionAudit || decided.Rules["mesh"] != verdict.ActionDeny || decided.Namespaces["kafka"].Default != verdict.ActionOff {
		t.Errorf("the actions are %+v", decided)
	}
	waived := read("{settings: {waivers: [{rule: mesh/host-port, reason: why, expires: '2099-12-31'}]}}").Waivers
	if len(waived) != 1 || waived[0].Rule != "mesh/host-port" || waived[0].Expires != "2099-12-31" {
		t.Errorf("the waivers are %+v", waived)
	}
	got := read("{settings: {images: {wait: 'ghcr.io/sluice-dev/sluice:v1', registry: mirror, pullSecrets: [pull]}, initOrdering: {timeout: 90s}}}")
	if got.Images.Wait == "" || got.Images.Registry != "mirror" || len(got.Images.PullSecrets) != 1 || got.InitOrdering.Timeout.Seconds() != 90 {
		t.Errorf("they are %+v", got)
	}
}

// A rule that is new in a minor version is only recorded: the chart says which one that is.
func TestTheRulesAreThoseOfTheChartsRelease(t *testing.T) {
	text, err := fs.ReadFile(Sluice(), "Chart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if want := "appVersion: " + policies.Release + "."; !strings.Contains(string(text), want) {
		t.Errorf("the chart's version does not begin with policies.Release, %s: set it when a minor version begins", policies.Release)
	}
}
