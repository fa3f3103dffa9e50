package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/prometheus/client_golang/prometheus/testutil"
	admissionv1 "k8s.io/api/admission/v1"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

func TestMutatePatchesAPod(t *testing.T) {
	d := newDesk(t, settings.Default())
	review := podReview(t)
	response := answered(t, d.MutateHandler(), review.String())
	if response.PatchType == nil || *response.PatchType != admissionv1.PatchTypeJSONPatch {
		t.Fatalf("patch type: %v", response.PatchType)
	}
	if len(response.Warnings) != 0 {
		t.Errorf("warnings: %q", response.Warnings)
	}
	pod := applied(t, review["object"].(json.RawMessage), response.Patch)
	if value := document.EnvEntry(pod.At("spec", "containers").Items()[0], "ZOO_LISTEN_ALLIPS_ENABLED").Get("value").Text(); value != "yes" {
		t.Errorf("ZOO_LISTEN_ALLIPS_ENABLED is %q", value)
	}
	if !pod.At("spec", "enableServiceLinks").IsFalse() {
		t.Error("service links are on")
	}
	if config := pod.At("metadata", "annotations", "proxy.istio.io/config").Text(); !strings.Contains(config, "holdApplicationUntilProxyStarts") {
		t.Errorf("proxy.istio.io/config: %q", config)
	}
	changes := response.AuditAnnotations["changes"]
	for _, code := range []verdict.Code{verdict.ListenFlipped, verdict.HoldSet, verdict.LinksDisabled} {
		if !strings.Contains(changes, string(code)) {
			t.Errorf("the audit annotation is %q, without %s", changes, code)
		}
		if got := testutil.ToFloat64(d.metrics.changes.WithLabelValues(string(code), "enforce")); got != 1 {
			t.Errorf("%s counted %v times", code, got)
		}
	}
	if got := d.count(MutatePath, PatchSent, "false"); got != 1 {
		t.Errorf("counted %v times", got)
	}
	if line := d.log.String(); !strings.Contains(line, `"uid":"uid-1"`) || !strings.Contains(line, `"outcome":"patched"`) || strings.Count(line, "\n") != 1 {
		t.Errorf("log: %s", line)
	}

	again, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	if second := answered(t, d.MutateHandler(), review.with("object", json.RawMessage(again)).String()); second.Patch != nil {
		t.Errorf("the second pass patches again: %s", second.Patch)
	}
}

// applied applies a patch with a library that is not ours.
func applied(t testing.TB, object, patch []byte) *document.Node {
	t.Helper()
	operations, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		t.Fatalf("the patch is %s: %v", patch, err)
	}
	result, err := operations.Apply(object)
	if err != nil {
		t.Fatalf("the patch %s does not apply: %v", patch, err)
	}
	tree, err := document.ParseJSON(result)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestPatchGivesTheTreeOfThePipeline(t *testing.T) {
	recording := &recorder{Reviewer: pipeline.New(settings.Default(), mesh{})}
	review := podReview(t)
	response := answered(t, deskOf(recording).MutateHandler(), review.String())
	if pod := applied(t, review["object"].(json.RawMessage), response.Patch); !document.Equal(pod, recording.root) {
		t.Errorf("the patch gives\n%s\nthe pipeline has\n%s", pod.AppendJSON(nil), recording.root.AppendJSON(nil))
	}
}

// recorder keeps the tree that a Reviewer has changed.
type recorder struct {
	Reviewer
	root *document.Node
}

func (r *recorder) Review(ctx context.Context, request pipeline.Request) (pipeline.Result, error) {
	r.root = request.Root
	return r.Reviewer.Review(ctx, request)
}

func TestLeavesAlone(t *testing.T) {
	pod, set := podReview(t), statefulSetReview(t)
	for _, test := range []struct {
		name     string
		review   request
		mutate   Outcome
		validate Outcome
	}{
		{"an update of a pod", pod.with("operation", "UPDATE"), Unhandled, Unhandled},
		{"a removal", pod.with("operation", "DELETE").with("object", nil), Unhandled, Unhandled},
		{"a connection", pod.with("operation", "CONNECT"), Unhandled, Unhandled},
		{"no operation", pod.with("operation", nil), Unhandled, Unhandled},
		{"a subresource", pod.with("subResource", "ephemeralcontainers"), Unhandled, Unhandled},
		{"a pod of another group", pod.with("kind", map[string]string{"group": "example.com", "kind": "Pod"}), Unhandled, Unhandled},
		{"a kind that has no pod", pod.with("kind", map[string]string{"group": "", "kind": "Secret"}), Unhandled, Unhandled},
		{"the scale of a StatefulSet", set.with("subResource", "scale"), Unhandled, Unhandled},
		{"a removal of a StatefulSet", set.with("operation", "DELETE"), Unhandled, Unhandled},
		{"kube-system", pod.with("namespace", "kube-system"), Exempt, Exempt},
		{"kube-public", pod.with("namespace", "kube-public"), Exempt, Exempt},
		{"kube-node-lease", pod.with("namespace", "kube-node-lease"), Exempt, Exempt},
		{"its own namespace", pod.with("namespace", "sluice-system"), Exempt, Exempt},
		{"a StatefulSet in kube-system", set.with("namespace", "kube-system"), Unhandled, Exempt},
		{"a mirror pod", pod.edited(t, `"labels": {`, `"annotations": {"kubernetes.io/config.mirror": "b9"}, "labels": {`), Exempt, Exempt},
		{"another application", pod.edited(t, "docker.io/bitnami/zookeeper:", "nginx:").edited(t, `"zookeeper",`, `"nginx",`), Unrecognised, Unrecognised},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t, settings.Default())
			for _, side := range []struct {
				path    string
				handler http.Handler
				want    Outcome
			}{{MutatePath, d.MutateHandler(), test.mutate}, {ValidatePath, d.ValidateHandler(), test.validate}} {
				response := answered(t, side.handler, test.review.String())
				marked := side.want == Unrecognised && side.path == MutatePath
				if (response.Patch != nil) != marked || response.Warnings != nil {
					t.Errorf("%s: patch %s, warnings %q", side.path, response.Patch, response.Warnings)
				}
				if d.count(side.path, side.want, "false") != 1 {
					t.Errorf("%s: not counted as %s: %s", side.path, side.want, response.Result.Message)
				}
				if response.Result.Message == "" {
					t.Errorf("%s: does not say why", side.path)
				}
			}
		})
	}
}

// A pod that its controller creates need not have a namespace in its metadata.
func TestTakesTheNamespaceOfTheRequest(t *testing.T) {
	d := newDesk(t, settings.Default())
	if response := answered(t, d.MutateHandler(), podReview(t).with("namespace", "off").String()); response.Patch != nil || response.AuditAnnotations["skips"] != string(verdict.ModeOff) {
		t.Errorf("patch %s, audit annotations %v", response.Patch, response.AuditAnnotations)
	}
	response := answered(t, d.ValidateHandler(), orphan(t).with("namespace", "off").String())
	if response.Result.Message == "" || d.count(ValidatePath, Warned, "false") != 1 {
		t.Errorf("a pod that Sluice may not patch is not judged: %s", response.Result.Message)
	}
}

func TestShadowModeWarnsAndPatchesNothing(t *testing.T) {
	s := settings.Default()
	s.Mode = settings.Shadow
	d := newDesk(t, s)
	response := answered(t, d.MutateHandler(), podReview(t).String())
	if response.Patch != nil {
		t.Errorf("patch: %s", response.Patch)
	}
	if len(response.Warnings) < 3 {
		t.Errorf("warnings: %q", response.Warnings)
	}
	for _, warning := range response.Warnings {
		if !strings.HasPrefix(warning, "sluice ") || !strings.Contains(warning, ": not applied, shadow mode: ") {
			t.Errorf("warning: %q", warning)
		}
	}
	if !strings.Contains(response.AuditAnnotations["shadow-changes"], string(verdict.ListenFlipped)) || response.AuditAnnotations["changes"] != "" {
		t.Errorf("audit annotations: %v", response.AuditAnnotations)
	}
	if got := testutil.ToFloat64(d.metrics.changes.WithLabelValues(string(verdict.ListenFlipped), "shadow")); got != 1 {
		t.Errorf("counted %v times", got)
	}
}

func TestDryRunShowsThePatchAndCountsNoChange(t *testing.T) {
	d := newDesk(t, settings.Default())
	wet := answered(t, d.MutateHandler(), podReview(t).String())
	before := testutil.ToFloat64(d.metrics.changes.WithLabelValues(string(verdict.ListenFlipped), "enforce"))
	dry := answered(t, d.MutateHandler(), podReview(t).with("dryRun", true).String())
	if !bytes.Equal(dry.Patch, wet.Patch) {
		t.Errorf("the patch of the dry run differs: %s\n%s", dry.Patch, wet.Patch)
	}
	if got := testutil.ToFloat64(d.metrics.changes.WithLabelValues(string(verdict.ListenFlipped), "enforce")); got != before {
		t.Errorf("the dry run was counted: %v, %v before", got, before)
	}
	if d.count(MutatePath, PatchSent, "true") != 1 || d.count(MutatePath, PatchSent, "false") != 1 {
		t.Error("the dry run was not counted as one")
	}
}

func TestAnswersInTheVersionOfTheReview(t *testing.T) {
	body := post(newDesk(t, settings.Default()).MutateHandler(), podReview(t).of("admission.k8s.io/v1beta1")).Body.String()
	if !strings.Contains(body, `"apiVersion":"admission.k8s.io/v1beta1"`) || !strings.Contains(body, `"patchType":"JSONPatch"`) {
		t.Errorf("the answer is %s", body)
	}
}

func TestEchoesAnyUID(t *testing.T) {
	uid := "a\"b\\c\u2028\x00é"
	recorder := post(newDesk(t, settings.Default()).MutateHandler(), podReview(t).with("uid", uid).String())
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil || string(review.Response.UID) != uid {
		t.Errorf("%v: %s", err, recorder.Body)
	}
}
