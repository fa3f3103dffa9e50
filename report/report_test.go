package report

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
)

var (
	zookeeper = verdict.Object{APIVersion: "apps/v1", Kind: "StatefulSet", Namespace: "data", Name: "zookeeper"}
	kafka     = verdict.Object{APIVersion: "v1", Kind: "Pod", Name: "kafka"}
)

// run is a run over three files: one with all kinds of statements, one without any
// Kafka, one that could not be read in part.
func run() []File {
	at := func(line, column int) verdict.Location {
		return verdict.Location{File: "a.yaml", Line: line, Column: column}
	}
	return []File{
		{Name: "a.yaml", Objects: []Object{
			{Object: zookeeper, Recognised: true, Verdict: verdict.Verdict{
				Changes: []verdict.Change{
					{Reason: verdict.HoldSet, Message: "waits", Location: at(5, 3), Object: zookeeper, Path: "spec"},
					{Reason: verdict.ListenFlipped, Message: "listens <everywhere>", Location: at(120, 9), Object: zookeeper, Path: "spec.x", Shadow: true},
				},
				Skips: []verdict.Skip{
					{Reason: verdict.LinksAlready, Message: "off", Location: at(7, 1), Object: zookeeper},
					{Reason: verdict.ListenNoRoute, Message: "no route", Location: at(9, 1), Object: zookeeper},
					{Reason: verdict.ShutdownNative, Message: "native", Location: at(9, 1), Object: zookeeper},
				},
			}},
			{Object: verdict.Object{Kind: "Service", Name: "zookeeper"}},
		}},
		{Name: "b.yaml", Objects: []Object{
			{Object: kafka, Recognised: true, Verdict: verdict.Verdict{Findings: []verdict.Finding{
				{Rule: "identity/x", Severity: verdict.Error, Action: verdict.ActionDeny, Asked: verdict.ActionDeny, Message: "too open", Location: verdict.Location{File: "b.yaml", Line: 3, Column: 7}, Object: kafka, Path: "spec.containers[0]", Fingerprint: "f1"},
				{Rule: "identity/x", Severity: verdict.Warning, Action: verdict.ActionAudit, Asked: verdict.ActionAudit, Message: "open again", Location: verdict.Location{File: "b.yaml", Line: 4, Column: 7}, Object: kafka, Path: "spec.containers[1]", Fingerprint: "f1"},
				{Rule: "mesh/y", Severity: verdict.Info, Action: verdict.ActionAudit, Asked: verdict.ActionWarn, Message: "by the way", Location: verdict.Location{File: "b.yaml", Line: 5, Column: 1}, Object: kafka, Path: "spec", Fingerprint: "f2"},
			}}},
		}},
		{Name: "c.yaml", Unusable: 1},
	}
}

// rules knows one of the two rules of the run.
func rules(id string) policies.Rule {
	if id != "identity/x" {
		return policies.Rule{}
	}
	return policies.Rule{
		ID: id, Group: "identity", Title: "Too open", Description: "Everybody may.", Severity: verdict.Error,
		Symptom: "principal = User:ANONYMOUS", Cause: "Nobody looked.", Fix: "Do this,\nthen that.", Versions: "All.",
		Source: "https://kafka.apache.org/documentation/#security_authz",
	}
}

func failsAll(*verdict.Finding) bool { return true }

func write(t *testing.T, to Writer, files []File) {
	t.Helper()
	for _, file := range files {
		if err := to.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Flush(); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.TrimPrefix(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestChangesSayWhatWasDoneAndWhatWasLeftAloneObjectByObject(t *testing.T) {
	var out strings.Builder
	write(t, NewChanges(&out, NewStyle(false)), run())
	compare(t, out.String(), `
a.yaml: StatefulSet data/zookeeper
  changed     5: waits [hold-application/set]
  shadow    120: listens <everywhere> [quorum-listen/flipped]
  skipped     9: no route [quorum-listen/no-route]
  settled  service-links/already, shutdown-order/native-sidecar
b.yaml: Pod kafka
3 files, 3 objects, 2 with Kafka or ZooKeeper: 1 change, 1 computed, not made, 1 skipped, 2 settled already; 1 could not be read
`)
}

func TestFindingsSayWhereAndHowToFixOncePerRule(t *testing.T) {
	var out strings.Builder
	write(t, NewFindings(&out, NewStyle(false), rules), run())
	compare(t, out.String(), `
b.yaml:3:7: error (deny): too open [identity/x]
    Pod kafka, spec.containers[0]
    fix: Do this,
         then that.
b.yaml:4:7: warning (audit): open again [identity/x]
    Pod kafka, spec.containers[1]
b.yaml:5:1: info: by the way [mesh/y]
    Pod kafka, spec
3 files, 3 objects, 2 with Kafka or ZooKeeper: 1 error, 1 warning, 1 info, after 1 change that admission makes; 1 could not be read
`)
}

func TestNothingToSayIsSaid(t *testing.T) {
	for name, test := range map[string]struct {
		files             []File
		changed, findings string
	}{
		"no file":      {nil, "0 files, 0 objects\n", "0 files, 0 objects\n"},
		"no object":    {[]File{{Name: "a.yaml"}}, "1 file, 0 objects\n", "1 file, 0 objects\n"},
		"nothing read": {[]File{{Name: "a.yaml", Unusable: 1}}, "1 file, 0 objects; 1 could not be read\n", "1 file, 0 objects; 1 could not be read\n"},
		"no Kafka": {
			[]File{{Name: "a.yaml", Objects: []Object{{Object: kafka}}}},
			"1 file, 1 object, none with a Kafka or ZooKeeper process\n",
			"1 file, 1 object, none with a Kafka or ZooKeeper process\n",
		},
		"nothing left to do": {
			[]File{{Name: "a.yaml", Objects: []Object{{Object: kafka, Recognised: true}}}},
			"a.yaml: Pod kafka\n1 file, 1 object: 0 changes\n",
			"1 file, 1 object: nothing found\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var changes, findings strings.Builder
			write(t, NewChanges(&changes, NewStyle(false)), test.files)
			write(t, NewFindings(&findings, NewStyle(false), rules), test.files)
			compare(t, changes.String(), test.changed)
			compare(t, findings.String(), test.findings)
		})
	}
}

func TestColoursAreAddedAndTakenAway(t *testing.T) {
	var plain, painted strings.Builder
	write(t, NewChanges(&plain, NewStyle(false)), run())
	write(t, NewChanges(&painted, NewStyle(true)), run())
	if strings.Contains(plain.String(), "\x1b") {
		t.Error("an escape sequence without colours")
	}
	if !strings.Contains(painted.String(), "\x1b[32mchanged \x1b[") {
		t.Errorf("no green: %q", painted.String())
	}
}

func TestJSONIsOneObjectWithTheKeysThatProgramsRelyOn(t *testing.T) {
	var out strings.Builder
	write(t, NewJSON(&out), run())
	compare(t, out.String(), `
{
  "findings": [
    {
      "rule": "identity/x",
      "severity": "error",
      "action": "deny",
      "message": "too open",
      "file": "b.yaml",
      "line": 3,
      "column": 7,
      "object": {
        "apiVersion": "v1",
        "kind": "Pod",
        "name": "kafka"
      },
      "path": "spec.containers[0]",
      "fingerprint": "f1"
    },
    {
      "rule": "identity/x",
      "severity": "warning",
      "action": "audit",
      "message": "open again",
      "file": "b.yaml",
      "line": 4,
      "column": 7,
      "object": {
        "apiVersion": "v1",
        "kind": "Pod",
        "name": "kafka"
      },
      "path": "spec.containers[1]",
      "fingerprint": "f1"
    },
    {
      "rule": "mesh/y",
      "severity": "info",
      "action": "audit",
      "message": "by the way",
      "file": "b.yaml",
      "line": 5,
      "column": 1,
      "object": {
        "apiVersion": "v1",
        "kind": "Pod",
        "name": "kafka"
      },
      "path": "spec",
      "fingerprint": "f2"
    }
  ],
  "changes": [
    {
      "reason": "hold-application/set",
      "message": "waits",
      "file": "a.yaml",
      "line": 5,
      "column": 3,
      "object": {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "namespace": "data",
        "name": "zookeeper"
      },
      "path": "spec"
    },
    {
      "reason": "quorum-listen/flipped",
      "message": "listens <everywhere>",
      "file": "a.yaml",
      "line": 120,
      "column": 9,
      "object": {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "namespace": "data",
        "name": "zookeeper"
      },
      "path": "spec.x",
      "shadow": true
    }
  ],
  "skips": [
    {
      "reason": "service-links/already",
      "message": "off",
      "file": "a.yaml",
      "line": 7,
      "column": 1,
      "object": {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "namespace": "data",
        "name": "zookeeper"
      }
    },
    {
      "reason": "quorum-listen/no-route",
      "message": "no route",
      "file": "a.yaml",
      "line": 9,
      "column": 1,
      "object": {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "namespace": "data",
        "name": "zookeeper"
      }
    },
    {
      "reason": "shutdown-order/native-sidecar",
      "message": "native",
      "file": "a.yaml",
      "line": 9,
      "column": 1,
      "object": {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "namespace": "data",
        "name": "zookeeper"
      }
    }
  ],
  "summary": {
    "files": 3,
    "objects": 3,
    "recognised": 2,
    "changes": 1,
    "shadow": 1,
    "skips": 3,
    "settled": 2,
    "findings": {
      "error": 1,
      "info": 1,
      "warning": 1
    },
    "unusable": 1
  }
}
`)
}

func TestJSONWithoutAnythingHasEmptyLists(t *testing.T) {
	for name, files := range map[string][]File{"no file": nil, "a silent file": {{Name: "a.yaml"}}} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			write(t, NewJSON(&out), files)
			var read map[string]json.RawMessage
			if err := json.Unmarshal([]byte(out.String()), &read); err != nil {
				t.Fatalf("%v in %s", err, out.String())
			}
			for _, key := range []string{"findings", "changes", "skips"} {
				if string(read[key]) != "[]" {
					t.Errorf("%s is %s", key, read[key])
				}
			}
		})
	}
}

// brokenPipe fails like a pipe whose reader has gone.
type brokenPipe struct{}

var errGone = errors.New("gone")

func (brokenPipe) Write([]byte) (int, error) { return 0, errGone }

func TestAWriterThatFailsIsReported(t *testing.T) {
	for name, to := range map[string]Writer{
		"changes":  NewChanges(brokenPipe{}, NewStyle(false)),
		"findings": NewFindings(brokenPipe{}, NewStyle(false), rules),
		"json":     NewJSON(brokenPipe{}),
		"sarif":    NewSARIF(brokenPipe{}, "v1", rules),
		"junit":    NewJUnit(brokenPipe{}, rules, failsAll),
		"github":   NewGitHub(brokenPipe{}, rules),
		"gitlab":   NewGitLab(brokenPipe{}),
		"markdown": NewMarkdown(brokenPipe{}, rules),
	} {
		t.Run(name, func(t *testing.T) {
			var failed error
			for _, file := range run() {
				failed = errors.Join(failed, to.Write(file))
			}
			if failed = errors.Join(failed, to.Flush()); !errors.Is(failed, errGone) {
				t.Errorf("got %v", failed)
			}
		})
	}
}
