package mutators

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
)

// SummaryAnnotation is left on a pod that was reviewed: the codes of what was done and
// of what was left alone, separated by commas, and nothing else. Without it a pod was
// created while Sluice was away.
const SummaryAnnotation = annotationPrefix + "summary"

// Summarise leaves the SummaryAnnotation, where Sluice may change the pod at all. A
// later pass over the same pod only adds what it changed: what the first pass did is
// there already for the second one, and no news. recognised is false for a pod that
// runs neither Kafka nor ZooKeeper.
func Summarise(ctx context.Context, review *Review, recognised bool) {
	if review.mode(ctx, ModeAnnotation).mode != settings.Enforce {
		return
	}
	var codes []string
	add := func(code string) {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	value, _ := review.annotation(SummaryAnnotation)
	before := value.Text()
	first := true
	// What is none of our codes was not written by us.
	for code := range strings.SplitSeq(before, ",") {
		if _, known := verdict.Lookup(verdict.Code(code)); known {
			add(code)
			first = false
		}
	}
	for i := range review.Changes {
		if !review.Changes[i].Shadow {
			add(string(review.Changes[i].Reason))
		}
	}
	if first {
		for i := range review.Skips {
			add(string(review.Skips[i].Reason))
		}
		if !recognised {
			add(string(verdict.NotRecognised))
		}
	}
	if summary := strings.Join(codes, ","); summary != before {
		review.editor.SetAnnotation(review.pod(), SummaryAnnotation, summary)
	}
}
