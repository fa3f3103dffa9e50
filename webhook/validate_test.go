package webhook

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
)

// The pod of testdata has what app-before-proxy finds as long as nobody patches it.
const startsEarly = "mesh/app-before-proxy"

func TestValidateWarnsOfAPodThatSlippedBy(t *testing.T) {
	d := newDesk(t, settings.Default())
	response := answered(t, d.ValidateHandler(), orphan(t).String())
	if !slices.ContainsFunc(response.Warnings, func(w string) bool { return strings.HasPrefix(w, "sluice "+startsEarly+": ") }) {
		t.Errorf("warnings: %q", response.Warnings)
	}
	if response.Patch != nil {
		t.Errorf("patch: %s", response.Patch)
	}
	if !strings.Contains(response.AuditAnnotations["findings"], startsEarly) || response.AuditAnnotations["changes"] != "" {
		t.Errorf("audit annotations: %v", response.AuditAnnotations)
	}
	if got := testutil.ToFloat64(d.metrics.findings.WithLabelValues(startsEarly, string(verdict.Error))); got != 1 {
		t.Errorf("counted %v times", got)
	}
	if d.count(ValidatePath, Warned, "false") != 1 {
		t.Error("not counted as warned")
	}
	answered(t, d.ValidateHandler(), orphan(t).with("dryRun", true).String())
	if got := testutil.ToFloat64(d.metrics.findings.WithLabelValues(startsEarly, string(verdict.Error))); got != 1 {
		t.Error("a finding of a dry run was counted")
	}
}

func TestValidateIsContentWithWhatMutateMade(t *testing.T) {
	d := newDesk(t, settings.Default())
	review := podReview(t)
	pod := applied(t, review["object"].(json.RawMessage), answered(t, d.MutateHandler(), review.String()).Patch)
	response := answered(t, d.ValidateHandler(), review.with("object", json.RawMessage(pod.AppendJSON(nil))).String())
	if strings.Contains(response.AuditAnnotations["findings"], startsEarly) {
		t.Errorf("findings: %v", response.AuditAnnotations)
	}
}

// Templates are judged as their pods will be, after mutate.
func TestValidateJudgesTemplates(t *testing.T) {
	off := settings.Default()
	off.Mode = settings.Off
	review := statefulSetReview(t)
	for _, test := range []struct {
		name     string
		settings settings.Settings
		warned   bool
	}{{"which mutate will patch", settings.Default(), false}, {"which nobody will patch", off, true}} {
		t.Run(test.name, func(t *testing.T) {
			response := answered(t, newDesk(t, test.settings).ValidateHandler(), review.String())
			if warned := strings.Contains(response.AuditAnnotations["findings"], startsEarly); warned != test.warned {
				t.Errorf("findings: %v", response.AuditAnnotations)
			}
			if response.Patch != nil {
				t.Errorf("a template is patched: %s", response.Patch)
			}
		})
	}
}

func TestValidateIsQuietWhenTheTemplateStays(t *testing.T) {
	off := settings.Default()
	off.Mode = settings.Off
	d := newDesk(t, off)
	pod := podReview(t)["object"].(json.RawMessage)
	scaled := statefulSetReview(t).with("operation", "UPDATE").with("oldObject", statefulSet(t, 1, pod))
	if response := answered(t, d.ValidateHandler(), scaled.String()); response.Warnings != nil {
		t.Errorf("scaling warns: %q", response.Warnings)
	}
	edited := scaled.edited(t, "3.9.2", "3.9.3")
	if response := answered(t, d.ValidateHandler(), edited.String()); response.Warnings == nil {
		t.Error("a new template does not warn")
	}
	if response := answered(t, d.ValidateHandler(), scaled.with("oldObject", nil).String()); response.Warnings == nil {
		t.Error("an update without its old object does not warn")
	}
}

// Findings that only inform are in the audit log, and interrupt nobody.
func TestValidateWarnsFromWarningUpwards(t *testing.T) {
	response := answered(t, deskOf(finding{}).ValidateHandler(), podReview(t).String())
	if want := []string{"sluice a/warning: m (p)", "sluice a/error: m (p)"}; !slices.Equal(response.Warnings, want) {
		t.Errorf("warnings: %q", response.Warnings)
	}
	if got := response.AuditAnnotations["findings"]; got != "a/info,a/warning,a/error" {
		t.Errorf("audit annotation: %q", got)
	}
}

type finding struct{}

func (finding) Review(context.Context, pipeline.Request) (pipeline.Result, error) {
	var v verdict.Verdict
	for _, severity := range verdict.Severities() {
		finding := verdict.Finding{Rule: "a/" + string(severity), Severity: severity, Action: verdict.ActionWarn, Asked: verdict.ActionWarn, Message: "m", Path: "p"}
		if severity == verdict.Info {
			finding.Action = verdict.ActionAudit
		}
		v.Findings = append(v.Findings, finding)
	}
	return pipeline.Result{Recognised: true, Verdict: v}, nil
}

// Every kind that the configuration sends is one that Sluice knows its way in.
func TestValidateKnowsEveryTemplateKind(t *testing.T) {
	d := deskOf(pipeline.New(settings.Settings{Mode: settings.Off}, surroundings.None{}))
	var pod map[string]any
	if err := json.Unmarshal(podReview(t)["object"].(json.RawMessage), &pod); err != nil {
		t.Fatal(err)
	}
	for _, kind := range templates {
		t.Run(kind.kind, func(t *testing.T) {
			object := map[string]any{"metadata": pod["metadata"], "spec": pod["spec"]}
			for _, field := range slices.Backward(kind.path) {
				object = map[string]any{field: object}
			}
			apiVersion := kind.version
			if kind.group != "" {
				apiVersion = kind.group + "/" + kind.version
			}
			object["apiVersion"], object["kind"] = apiVersion, kind.kind
			review := podReview(t).with("object", object).with("kind", map[string]string{"group": kind.group, "version": kind.version, "kind": kind.kind})
			if response := answered(t, d.ValidateHandler(), review.String()); len(response.Warnings) == 0 {
				t.Errorf("nothing found: %s", response.Result.Message)
			}
		})
	}
}
