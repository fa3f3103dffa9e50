package webhook

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/sluice-dev/sluice/settings"
)

// told is an EventRecorder that keeps what it is told.
type told struct {
	list   []string
	owners []corev1.ObjectReference
}

func (t *told) Eventf(regarding, _ runtime.Object, eventType, reason, _, note string, arguments ...any) {
	t.list = append(t.list, eventType+" "+reason+": "+fmt.Sprintf(note, arguments...))
	t.owners = append(t.owners, *regarding.(*corev1.ObjectReference))
}

// owned is a pod of a StatefulSet.
func owned(t *testing.T, uid string) request {
	t.Helper()
	return orphan(t).edited(t, `"labels": {`, `"ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "1"},
		{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "zookeeper", "uid": "`+uid+`", "controller": true}], "labels": {`)
}

// orphan is a pod that nobody owns.
func orphan(t *testing.T) request {
	t.Helper()
	return podReview(t).edited(t, `"ownerReferences"`, `"unknownReferences"`)
}

func telling(t *testing.T, s settings.Settings) (desk, *told) {
	t.Helper()
	d, heard := newDesk(t, s), &told{}
	d.TellOwners(heard)
	return d, heard
}

func TestTheOwnerIsToldOnceWhatBecameOfItsPods(t *testing.T) {
	d, heard := telling(t, settings.Default())
	for range 3 {
		answered(t, d.MutateHandler(), owned(t, "2").String())
	}
	if len(heard.list) != 1 || !strings.HasPrefix(heard.list[0], "Normal SluicePatched: Changed its pods: ") || !strings.Contains(heard.list[0], "quorum-listen/flipped") {
		t.Errorf("told %q", heard.list)
	}
	if want := (corev1.ObjectReference{APIVersion: "apps/v1", Kind: "StatefulSet", Namespace: "kafka", Name: "zookeeper", UID: "2"}); heard.owners[0] != want {
		t.Errorf("told %+v", heard.owners[0])
	}
	answered(t, d.ValidateHandler(), owned(t, "2").String())
	if len(heard.list) != 2 || !strings.HasPrefix(heard.list[1], "Warning SluiceFound: Found in what it makes: ") || !strings.Contains(heard.list[1], startsEarly) {
		t.Errorf("told %q", heard.list)
	}
}

func TestNobodyIsToldOfADryRunOrOfWhatWasNotDone(t *testing.T) {
	shadow := settings.Default()
	shadow.Mode = settings.Shadow
	for _, test := range []struct {
		name     string
		settings settings.Settings
		review   request
	}{
		{"a dry run", settings.Default(), owned(t, "2").with("dryRun", true)},
		{"shadow mode", shadow, owned(t, "2")},
		{"a pod without an owner", settings.Default(), orphan(t)},
		{"another application", settings.Default(), owned(t, "2").edited(t, "docker.io/bitnami/zookeeper:", "nginx:").edited(t, `"name": "zookeeper",
        "image"`, `"name": "nginx",
        "image"`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, heard := telling(t, test.settings)
			if answered(t, d.MutateHandler(), test.review.String()); len(heard.list) > 0 {
				t.Errorf("told %q", heard.list)
			}
		})
	}
}

func TestEventsAreBoundedHoweverManyPodsThereAre(t *testing.T) {
	d, heard := telling(t, settings.Default())
	for i := range 10 * eventsAtOnce {
		answered(t, d.MutateHandler(), owned(t, fmt.Sprint("uid-", i)).String())
	}
	if len(heard.list) < eventsAtOnce || len(heard.list) > 5*eventsAtOnce {
		t.Errorf("told %d times", len(heard.list))
	}
}
