package apiserver

import (
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/sluice-dev/sluice/document"
)

// The match conditions may let through what Recognise refuses, never the reverse.
func TestWhateverIsRecognisedReachesTheServer(t *testing.T) {
	recognised := 0
	eachAdmitted(t, func(t *testing.T, a *admitted) {
		if !a.recognised(t) {
			return
		}
		recognised++
		if a.mutated == nil || a.judged == nil {
			t.Error("the pod was created without us")
		}
		if a.template == nil && a.name[:4] != "Pod-" {
			t.Error("its template was created without us")
		}
	})
	if recognised < 30 {
		t.Errorf("only %d of the fixtures are recognised", recognised)
	}
}

func TestEveryPatchAppliesThereAndGivesTheTreeThatTheRulesSaw(t *testing.T) {
	patched := 0
	eachAdmitted(t, func(t *testing.T, a *admitted) {
		if a.mutated == nil || len(a.mutated.response.Patch) == 0 {
			if a.mutated != nil && len(a.mutated.result.Operations) > 0 {
				t.Error("the patch was not sent")
			}
			return
		}
		patched++
		operations, err := jsonpatch.DecodePatch(a.mutated.response.Patch)
		if err != nil {
			t.Fatal(err)
		}
		applied, err := operations.Apply(a.mutated.request.Object.Raw)
		if err != nil {
			t.Fatalf("the patch %s does not apply: %v", a.mutated.response.Patch, err)
		}
		if tree := parse(t, applied); !document.Equal(tree, a.mutated.tree) {
			t.Errorf("the patch gives\n%s\nthe rules saw\n%s", applied, a.mutated.tree.AppendJSON(nil))
		}
		// The API server applied it too, and then filled in what is implied.
		stored := parse(t, a.judged.request.Object.Raw)
		if missing := within(a.mutated.tree, stored, ""); missing != "" {
			t.Errorf("the API server stored another value of %s:\n%s\nthe rules saw\n%s", missing, a.judged.request.Object.Raw, a.mutated.tree.AppendJSON(nil))
		}
	})
	if patched < 20 {
		t.Errorf("only %d of the fixtures are patched", patched)
	}
}

// tokenPath is where the API server mounts the token of a service account.
const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount"

// within returns the path of a value of part that whole has not, or "". What whole
// has besides does not matter, except in lists, where it is the mount of a service
// account's token: the API server appends that to each container that we add.
func within(part, whole *document.Node, path string) string {
	if whole == nil {
		return path
	}
	switch part.Kind {
	case document.Mapping:
		for _, child := range part.Children {
			if at := within(child, whole.Get(child.Key), path+"/"+child.Key); at != "" {
				return at
			}
		}
		return ""
	case document.Sequence:
		if whole.Kind != document.Sequence || len(part.Children) > len(whole.Children) {
			return path
		}
		for _, more := range whole.Children[len(part.Children):] {
			if at := more.Get("mountPath"); at == nil || at.Value != tokenPath {
				return path
			}
		}
		for i, child := range part.Children {
			if at := within(child, whole.Children[i], path+"/-"); at != "" {
				return at
			}
		}
		return ""
	default:
		if !document.Equal(part, whole) {
			return path
		}
		return ""
	}
}
