package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// eachFixture runs a test on every object of every fixture and example. The tree
// is read anew for each call, since a review changes it.
func eachFixture(t *testing.T, test func(t *testing.T, read func() *document.Node)) {
	t.Helper()
	files, err := filepath.Glob("../test/fixtures/*/input.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	examples, _ := filepath.Glob("../examples/*.yaml")
	for _, name := range append(files, examples...) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range objects(t, name, data) {
			t.Run(fmt.Sprintf("%s#%d", strings.TrimPrefix(filepath.ToSlash(name), "../"), i), func(t *testing.T) {
				test(t, func() *document.Node { return objects(t, name, data)[i] })
			})
		}
	}
}

// objects reads the objects of a file as JSON trees of their own, as the API server
// would send them.
func objects(t *testing.T, name string, data []byte) []*document.Node {
	t.Helper()
	var roots []*document.Node
	for doc, err := range document.Read(document.NewFile(name, data)) {
		if err != nil {
			continue // fixtures of bad input say so in their report
		}
		for root := range workload.Objects(doc.Root) {
			object, err := document.ParseJSON(root.AppendJSON(nil))
			if err != nil {
				t.Fatal(err)
			}
			roots = append(roots, object)
		}
	}
	return roots
}

func review(t *testing.T, s settings.Settings, root *document.Node) pipeline.Result {
	t.Helper()
	result, err := pipeline.New(s, surroundings.None{}).Review(context.Background(), pipeline.Request{Root: root, Namespace: "default"})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestThePatchAppliedByAnotherLibraryGivesTheTreeThatTheRulesSaw(t *testing.T) {
	eachFixture(t, func(t *testing.T, read func() *document.Node) {
		before, patched := read().AppendJSON(nil), read()
		result := review(t, settings.Default(), patched)
		if len(result.Operations) == 0 {
			return
		}
		operations, err := json.Marshal(result.Operations)
		if err != nil {
			t.Fatal(err)
		}
		patch, err := jsonpatch.DecodePatch(operations)
		if err != nil {
			t.Fatal(err)
		}
		after, err := patch.Apply(before)
		if err != nil {
			t.Fatalf("%v\n%s", err, operations)
		}
		applied, err := document.ParseJSON(after)
		if err != nil {
			t.Fatal(err)
		}
		if !document.Equal(applied, patched) {
			t.Errorf("the patch gives\n%s\nthe rules saw\n%s", after, patched.AppendJSON(nil))
		}
	})
}

func TestASecondReviewChangesNothing(t *testing.T) {
	eachFixture(t, func(t *testing.T, read func() *document.Node) {
		root := read()
		first := review(t, settings.Default(), root)
		again, err := document.ParseJSON(root.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		second := review(t, settings.Default(), again)
		if len(second.Operations) != 0 || second.Verdict.Changed() {
			t.Errorf("the second review changed %v", second.Verdict.Changes)
		}
		if first.Recognised != second.Recognised {
			t.Errorf("recognised %v, then %v", first.Recognised, second.Recognised)
		}
		if a, b := ruleNames(first), ruleNames(second); a != b {
			t.Errorf("findings were %s, then %s", a, b)
		}
	})
}

func TestAPatchedPropertyIsEffectiveExactlyOnce(t *testing.T) {
	eachFixture(t, func(t *testing.T, read func() *document.Node) {
		root := read()
		result := review(t, settings.Default(), root)
		for _, change := range result.Verdict.Changes {
			if !strings.HasPrefix(string(change.Reason), "quorum-listen/") || change.Reason == "quorum-listen/rebound" {
				continue
			}
			for _, process := range workload.Recognise(t.Context(), root, "default", surroundings.None{}).Processes {
				if process.Role != workload.ZooKeeper {
					continue
				}
				setting, ok := process.Property("quorumListenOnAllIPs")
				if !ok || !setting.Known || setting.Value != "true" {
					t.Errorf("after %s the property is %+v, %v", change.Reason, setting, ok)
				}
				if n := writes(process.Container); n != 1 {
					t.Errorf("after %s the container says it %d times", change.Reason, n)
				}
			}
		}
	})
}

// writes counts how often a container says that the quorum listens everywhere, in
// any distribution's words.
func writes(container *document.Node) int {
	text := string(container.AppendJSON(nil))
	return strings.Count(text, "quorumListenOnAllIPs") + strings.Count(text, "ZOO_LISTEN_ALLIPS_ENABLED") +
		strings.Count(text, "ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS")
}

func TestShadowModeReportsTheSameChangesAndMakesNone(t *testing.T) {
	eachFixture(t, func(t *testing.T, read func() *document.Node) {
		shadowed := settings.Default()
		shadowed.Mode = settings.Shadow
		root := read()
		if asksForMore(root) {
			return
		}
		before := root.AppendJSON(nil)
		shadow, enforced := review(t, shadowed, root), review(t, settings.Default(), read())
		if after := root.AppendJSON(nil); !bytes.Equal(after, before) || len(shadow.Operations) != 0 {
			t.Errorf("shadow mode changed the object: %s", after)
		}
		said := map[string]int{}
		for _, change := range enforced.Verdict.Changes {
			if !change.Shadow {
				said[string(change.Reason)]++
			}
		}
		for _, change := range shadow.Verdict.Changes {
			if !change.Shadow {
				t.Errorf("%s is not marked as shadow", change.Reason)
			}
		}
		for reason := range said {
			if !reported(shadow, reason) {
				t.Errorf("shadow mode does not report %s", reason)
			}
		}
	})
}

func TestOffChangesNothingAndSaysSo(t *testing.T) {
	eachFixture(t, func(t *testing.T, read func() *document.Node) {
		off := settings.Default()
		off.Mode = settings.Off
		root := read()
		before := root.AppendJSON(nil)
		result := review(t, off, root)
		if after := root.AppendJSON(nil); !bytes.Equal(after, before) && !asksForMore(root) {
			t.Errorf("the object was changed: %s", after)
		}
		if result.Recognised && len(result.Verdict.Skips) == 0 {
			t.Error("nothing says that the mutators are off")
		}
	})
}

// asksForMore tells the pods whose annotations override the settings.
func asksForMore(root *document.Node) bool {
	return strings.Contains(string(root.AppendJSON(nil)), `"sluice.dev/`)
}

func ruleNames(result pipeline.Result) string {
	var names []string
	for _, finding := range result.Verdict.Findings {
		names = append(names, finding.Rule)
	}
	return strings.Join(names, " ")
}

func reported(result pipeline.Result, reason string) bool {
	for _, change := range result.Verdict.Changes {
		if string(change.Reason) == reason {
			return true
		}
	}
	return false
}
