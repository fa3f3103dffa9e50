package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

// denying are settings in which Sluice changes nothing and refuses what starts early.
func denying() settings.Settings {
	s := settings.Default()
	s.Mode = settings.Off
	s.Actions.Rules = map[string]verdict.Action{startsEarly: verdict.ActionDeny}
	return s
}

// controlled is a review of a StatefulSet that an operator makes.
func controlled(t *testing.T) request {
	t.Helper()
	return statefulSetReview(t).edited(t, `"metadata":{`, `"metadata":{"ownerReferences": [{"apiVersion": "kafka.example.com/v1", "kind": "Kafka", "name": "k", "uid": "7", "controller": true}], `)
}

func TestOnlyWhatAPersonSubmitsIsRefused(t *testing.T) {
	for _, test := range []struct {
		name    string
		review  request
		refused bool
		events  int
	}{
		{"a pod", orphan(t), true, 0},
		{"a StatefulSet", statefulSetReview(t), true, 0},
		{"a pod of a StatefulSet", owned(t, "2"), false, 1},
		{"a StatefulSet of an operator", controlled(t), false, 1},
		{"a StatefulSet that is scaled", statefulSetReview(t).with("operation", "UPDATE").with("oldObject", statefulSet(t, 1, podReview(t)["object"].(json.RawMessage))), false, 0},
		{"the status of a StatefulSet", statefulSetReview(t).with("operation", "UPDATE").with("subResource", "status"), false, 0},
		{"a pod of the system", orphan(t).with("namespace", "kube-system"), false, 0},
		{"a pod of Sluice", orphan(t).with("namespace", "sluice-system"), false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, heard := telling(t, denying())
			dry := asked(t, d.ValidateHandler(), test.review.with("dryRun", true).String())
			if len(heard.list) > 0 || testutil.ToFloat64(d.metrics.findings.WithLabelValues(startsEarly, string(verdict.Error))) > 0 {
				t.Errorf("a dry run left a trace: %q", heard.list)
			}
			response := asked(t, d.ValidateHandler(), test.review.with("dryRun", false).String())
			if a, b := fmt.Sprint(dry), fmt.Sprint(response); a != b {
				t.Errorf("a dry run says %s, the real one %s", a, b)
			}
			if response.Allowed == test.refused {
				t.Errorf("allowed is %v: %v", response.Allowed, response.Result)
			}
			if len(heard.list) != test.events {
				t.Errorf("told %q", heard.list)
			}
			for _, warning := range response.Warnings {
				if strings.Contains(warning, startsEarly) {
					t.Errorf("warned of what was refused, or of what nobody hears: %q", warning)
				}
			}
			if test.refused && d.count(ValidatePath, Refused, "false") != 1 {
				t.Error("not counted as denied")
			}
		})
	}
}

func TestARefusalSaysWhatWhereAndHowToGoOn(t *testing.T) {
	response := asked(t, newDesk(t, denying()).ValidateHandler(), orphan(t).String())
	want := "refused by rules:\n  " + startsEarly + ": nothing makes the application wait until its proxy is ready, and before that it has no network " +
		"(metadata.annotations[\"proxy.istio.io/config\"])\nsluice explain RULE says how to put it right."
	if response.Result.Message != want || response.Result.Code != 403 || response.Result.Reason != "Forbidden" {
		t.Errorf("said %q, %d %s\nwant %q", response.Result.Message, response.Result.Code, response.Result.Reason, want)
	}
	if got := response.AuditAnnotations["findings"]; !strings.Contains(got, startsEarly) {
		t.Errorf("audit annotation: %q", got)
	}
}

func TestARefusalIsBounded(t *testing.T) {
	findings := make([]verdict.Finding, 500)
	for i := range findings {
		findings[i] = verdict.Finding{Rule: "mesh/x", Action: verdict.ActionDeny, Message: "much is wrong\nhere", Path: fmt.Sprint("spec.containers[", i, "]")}
	}
	why := refusal(verdict.Object{}, findings)
	if len(why) > maxRefusal+200 || !strings.Contains(why, "much is wrong here (spec.containers[0])") || !strings.Contains(why, " more\nsluice explain") {
		t.Errorf("%d bytes: %s", len(why), why)
	}
}

// What the settings only want recorded is told to nobody: not to an owner either.
func TestWhatIsOnlyRecordedIsInTheAuditLogAlone(t *testing.T) {
	s := denying()
	s.Actions.Rules = map[string]verdict.Action{"mesh": verdict.ActionAudit, "security": verdict.ActionAudit, "quorum": verdict.ActionAudit}
	for _, review := range []request{orphan(t), owned(t, "2")} {
		d, heard := telling(t, s)
		response := answered(t, d.ValidateHandler(), review.String())
		if len(heard.list) > 0 || len(response.Warnings) > 0 {
			t.Errorf("told %q, warned %q", heard.list, response.Warnings)
		}
		if !strings.Contains(response.AuditAnnotations["findings"], startsEarly) {
			t.Errorf("audit annotations: %v", response.AuditAnnotations)
		}
	}
}

func TestAWaiverIsHeardThroughTheHandler(t *testing.T) {
	for _, test := range []struct {
		name, waiver, warning string
		allowed               bool
	}{
		{"one that holds", "[{rule: " + startsEarly + ", reason: why, expires: 2099-12-31}]", "", true},
		{"one that expired", "[{rule: " + startsEarly + ", reason: why, expires: 2020-12-31}]", "sluice rule/waiver-expired: the waiver of " + startsEarly + " expired on 2020-12-31", false},
		{"one that is not whole", "[{rule: " + startsEarly + ", expires: 2099-12-31}]", "sluice rule/waiver-malformed: ", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			review := orphan(t).edited(t, `"metadata": {`, `"metadata": {"annotations": {"sluice.dev/waive": "`+test.waiver+`"},`)
			response := asked(t, newDesk(t, denying()).ValidateHandler(), review.String())
			if response.Allowed != test.allowed {
				t.Errorf("allowed is %v: %v", response.Allowed, response.Result)
			}
			told := strings.Join(response.Warnings, "\n")
			if (test.warning == "") == strings.Contains(told, "rule/waiver-") || !strings.Contains(told, test.warning) {
				t.Errorf("warned %q", told)
			}
			if test.allowed && !strings.Contains(response.AuditAnnotations["skips"], "rule/waived") {
				t.Errorf("audit annotations: %v", response.AuditAnnotations)
			}
		})
	}
}
