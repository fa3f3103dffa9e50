package charts

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
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

// Who installs the chart gives these rights away, and reads beside each what it is for.
func TestEachVerbIsJustifiedBesideIt(t *testing.T) {
	rule := regexp.MustCompile(`(?m)^((?: *#.*\n)*) *- apiGroups: .*\n(?: +resource.*\n)+ +verbs: \[(.*)\]`)
	found := 0
	err := fs.WalkDir(files, "sluice/templates", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		all := rule.FindAllStringSubmatch(string(text), -1)
		if want := strings.Count(string(text), "verbs:"); want != len(all) {
			t.Errorf("%s: %d of %d rules are understood", path, len(all), want)
		}
		for _, match := range all {
			found++
			for verb := range strings.SplitSeq(match[2], ", ") {
				if !regexp.MustCompile(`\b` + verb + `\b`).MatchString(match[1]) {
					t.Errorf("%s: nothing says what %s is for:\n%s", path, verb, match[0])
				}
			}
		}
		return nil
	})
	if err != nil || found < 10 {
		t.Errorf("%d rules, %v", found, err)
	}
}
