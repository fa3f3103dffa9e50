package charts

import (
	"slices"
	"testing"

	"sigs.k8s.io/yaml"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/sluice-dev/sluice/surroundings"
)

// What the servers watch is a table in the code; a row that was not granted would only
// be seen in the log.
func TestTheServersMayReadWhatTheyWatchAndNoMore(t *testing.T) {
	text, err := yaml.Marshal(objects(t, render(t)).one(t, "ClusterRole"))
	if err != nil {
		t.Fatal(err)
	}
	var role rbacv1.ClusterRole
	if err := yaml.UnmarshalStrict(text, &role); err != nil {
		t.Fatal(err)
	}
	var granted, want []string
	for _, rule := range role.Rules {
		if !slices.Contains(rule.Verbs, "list") {
			continue
		}
		if !slices.Equal(rule.Verbs, []string{"get", "list", "watch"}) || len(rule.ResourceNames) > 0 {
			t.Errorf("%+v", rule)
		}
		for _, resource := range rule.Resources {
			granted = append(granted, rule.APIGroups[0]+"/"+resource)
		}
	}
	for _, resource := range surroundings.Watched() {
		want = append(want, resource.Group+"/"+resource.Resource)
	}
	slices.Sort(granted)
	slices.Sort(want)
	if !slices.Equal(granted, want) {
		t.Errorf("granted: %v, watched: %v", granted, want)
	}
}
