package webhook

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

func summaryOf(pod *document.Node) string {
	return pod.At("metadata", "annotations", mutators.SummaryAnnotation).Text()
}

func TestAPodIsLeftWithTheCodesOfItsReview(t *testing.T) {
	d := newDesk(t, settings.Default())
	review := podReview(t)
	pod := applied(t, review["object"].(json.RawMessage), answered(t, d.MutateHandler(), review.String()).Patch)
	summary := summaryOf(pod)
	for code := range strings.SplitSeq(summary, ",") {
		if _, known := verdict.Lookup(verdict.Code(code)); !known {
			t.Errorf("%q is no code in %q", code, summary)
		}
	}
	if !strings.Contains(summary, string(verdict.ListenFlipped)) {
		t.Errorf("the summary is %q", summary)
	}
	// Istio's webhook changed the pod, and we are asked again.
	again := review.with("object", json.RawMessage(pod.AppendJSON(nil)))
	if response := answered(t, d.MutateHandler(), again.String()); response.Patch != nil {
		t.Errorf("the second pass changes %s", response.Patch)
	}
}

func TestASummaryThatWeDidNotWriteIsReplaced(t *testing.T) {
	d := newDesk(t, settings.Default())
	review := podReview(t).edited(t, `"labels": {`, `"annotations": {"sluice.dev/summary": "all is well"}, "labels": {`)
	pod := applied(t, review["object"].(json.RawMessage), answered(t, d.MutateHandler(), review.String()).Patch)
	if summary := summaryOf(pod); strings.Contains(summary, "well") || !strings.Contains(summary, "/") {
		t.Errorf("the summary is %q", summary)
	}
}

func TestNothingIsLeftOnAPodThatMustNotBeChanged(t *testing.T) {
	shadow := settings.Default()
	shadow.Mode = settings.Shadow
	for _, test := range []struct {
		name     string
		settings settings.Settings
		review   request
	}{
		{"shadow by the settings", shadow, podReview(t)},
		{"off by the namespace", settings.Default(), podReview(t).with("namespace", "off")},
		{"shadow by the pod", settings.Default(), podReview(t).edited(t, `"labels": {`, `"annotations": {"sluice.dev/mode": "shadow"}, "labels": {`)},
		{"a mode that is none", settings.Default(), podReview(t).edited(t, `"labels": {`, `"annotations": {"sluice.dev/mode": "on"}, "labels": {`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if response := answered(t, newDesk(t, test.settings).MutateHandler(), test.review.String()); response.Patch != nil {
				t.Errorf("patch %s", response.Patch)
			}
		})
	}
}
