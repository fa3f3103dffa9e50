package charts

import (
	"io/fs"
	"os"
	"reflect"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/identity"
)

// The filter that the chart makes is the one that the command prints: both are for the
// same pods.
func TestTheChartMakesTheFilterThatTheCommandPrints(t *testing.T) {
	made := map[string]any{}
	for _, object := range objects(t, render(t, "{settings: {identity: {ports: [9092, 19093]}, mesh: {rootNamespace: mesh}}}")) {
		if object["kind"] == "EnvoyFilter" {
			metadata := object["metadata"].(map[string]any)
			if metadata["namespace"] != "mesh" || metadata["annotations"].(map[string]any)["helm.sh/resource-policy"] != "keep" {
				t.Errorf("%v", metadata)
			}
			made[metadata["name"].(string)] = object["spec"]
		}
	}
	if len(made) != 2 {
		t.Fatalf("there are %d filters", len(made))
	}
	for _, port := range []int{9092, 19093} {
		text, err := identity.Filter(port, "mesh")
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := yaml.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if got := made[identity.FilterName(port)]; !reflect.DeepEqual(got, want["spec"]) {
			t.Errorf("the chart has\n%v\nthe command prints\n%v", got, want["spec"])
		}
	}
}

func TestTheChartSendsThePoliciesThatTheCommandPrints(t *testing.T) {
	if *update {
		if err := os.WriteFile("sluice/files/identity.yaml", []byte(identity.Policy()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := fs.ReadFile(Sluice(), "files/identity.yaml")
	if err != nil || string(got) != identity.Policy() {
		t.Errorf("files/identity.yaml is stale: run make generate (%v)", err)
	}
}

func TestFiltersAndPoliciesComeWithPortsOnly(t *testing.T) {
	for values, want := range map[string][2]int{
		"{}": {0, 0},
		"{settings: {identity: {ports: [9092]}}}":                                        {1, 2},
		"{settings: {identity: {ports: [9092]}}, identity: {filters: false}}":            {0, 2},
		"{settings: {identity: {ports: [9092, 9093]}}, identity: {policies: false}}":     {2, 0},
		"{identity: {filters: true, policies: true}, settings: {identity: {ports: []}}}": {0, 0},
	} {
		var got [2]int
		for _, object := range objects(t, render(t, values)) {
			name := object["metadata"].(map[string]any)["name"]
			switch {
			case object["kind"] == "EnvoyFilter":
				got[0]++
			case object["kind"] == "ValidatingAdmissionPolicy" && name != "sluice-guard":
				got[1]++
			}
		}
		if got != want {
			t.Errorf("%s: %v filters and policies, not %v", values, got, want)
		}
	}
}
