// Package edits changes one thing of a correct deployment at a time, and demands that
// exactly one rule finds it, where it was changed. The deployments are in deployments/;
// the edits are in a table for each group of rules.
package edits

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/cli"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
)

// edit is one change of a deployment that a rule has to find.
type edit struct {
	// rule is the rule that finds it, and nothing else does.
	rule string
	// deployment is the file in deployments/, without its extension.
	deployment string
	// old is a text that the file has once, new is what takes its place.
	old, new string
	// at is a text that the edited file has once, in the line of the finding. Empty stands
	// for the first line that was changed.
	at string
}

// edits are all edits, by the group of their rules.
var edits = slices.Concat(aclEdits, identityEdits, meshEdits, quorumEdits, securityEdits)

// deployments lists the deployments.
func deployments(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("deployments/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no deployments: %v", err)
	}
	return files
}

// check judges a manifest and returns the findings.
func check(t *testing.T, manifest []byte, flags ...string) []verdict.Finding {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifest.yaml")
	if err := os.WriteFile(file, manifest, 0o644); err != nil {
		t.Fatal(err)
	}
	var out, failed bytes.Buffer
	arguments := append([]string{"check", "-o", "json", "--fail-on", "never", file}, flags...)
	if code := cli.Run(t.Context(), arguments, strings.NewReader(""), &out, &failed); code != 0 || failed.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, failed.String())
	}
	var said struct {
		Findings []verdict.Finding `json:"findings"`
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	return said.Findings
}

func TestCorrectDeploymentsRaiseNoAlarm(t *testing.T) {
	for _, file := range deployments(t) {
		manifest, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, flags := range map[string][]string{"admitted": nil, "as written": {"--as-written"}} {
			t.Run(filepath.Base(file)+" "+name, func(t *testing.T) {
				for _, finding := range check(t, manifest, flags...) {
					t.Errorf("%d: %s [%s]", finding.Line, finding.Message, finding.Rule)
				}
			})
		}
	}
}

func TestOneEditMakesOneRuleSpeak(t *testing.T) {
	for _, e := range edits {
		t.Run(e.rule+" "+e.deployment, func(t *testing.T) {
			manifest, err := os.ReadFile(filepath.Join("deployments", e.deployment+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			edited, line := e.apply(t, string(manifest))
			findings := check(t, []byte(edited), "--as-written")
			there := false
			for _, finding := range findings {
				there = there || finding.Line == line
				if finding.Rule != e.rule {
					t.Errorf("%d: %s [%s]", finding.Line, finding.Message, finding.Rule)
				}
			}
			if !there {
				t.Errorf("nothing is found in line %d, but %s", line, where(findings))
			}
		})
	}
}

// apply makes the edit. line is where the rule has to find it.
func (e *edit) apply(t *testing.T, manifest string) (edited string, line int) {
	t.Helper()
	if count := strings.Count(manifest, e.old); count != 1 {
		t.Fatalf("the deployment has %q %d times, not once", e.old, count)
	}
	edited = strings.Replace(manifest, e.old, e.new, 1)
	if e.at == "" {
		before, after := strings.Split(manifest, "\n"), strings.Split(edited, "\n")
		for line < len(after) && before[line] == after[line] {
			line++
		}
		return edited, line + 1
	}
	if count := strings.Count(edited, e.at); count != 1 {
		t.Fatalf("the edited deployment has %q %d times, not once", e.at, count)
	}
	above, _, _ := strings.Cut(edited, e.at)
	return edited, strings.Count(above, "\n") + 1
}

// where says what was found where.
func where(findings []verdict.Finding) string {
	var all []string
	for _, finding := range findings {
		all = append(all, fmt.Sprintf("%s in line %d", finding.Rule, finding.Line))
	}
	return strings.Join(all, ", ")
}

func TestEachRuleHasAnEdit(t *testing.T) {
	for _, rule := range policies.Rules() {
		if !slices.ContainsFunc(edits, func(e edit) bool { return e.rule == rule.ID }) {
			t.Errorf("no edit makes %s find something", rule.ID)
		}
	}
}
