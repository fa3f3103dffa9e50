package charts

import (
	"reflect"
	"testing"

	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/settings"
)

// settingsOf are the settings of a server that is installed with some values.
func settingsOf(t *testing.T, values string) settings.Settings {
	t.Helper()
	data := objects(t, render(t, values)).one(t, "ConfigMap")["data"].(map[string]any)
	s, err := settings.Parse([]byte(data["settings.yaml"].(string)), "settings.yaml", mutators.Names())
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
	if got := read("{}"); !reflect.DeepEqual(got, defaults) {
		t.Errorf("by default they are %+v", got)
	}
	got := read("{settings: {images: {wait: 'ghcr.io/sluice-dev/sluice:v1', registry: mirror, pullSecrets: [pull]}, initOrdering: {timeout: 90s}}}")
	if got.Images.Wait == "" || got.Images.Registry != "mirror" || len(got.Images.PullSecrets) != 1 || got.InitOrdering.Timeout.Seconds() != 90 {
		t.Errorf("they are %+v", got)
	}
}
