package workload_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

const brokerTemplate = `{metadata: {labels: {app: kafka}}, spec: {containers: [{name: kafka, image: "confluentinc/cp-kafka:7.6.1"}]}}`

func TestAPodIsFoundInEveryKindThatHoldsOne(t *testing.T) {
	for _, test := range []struct{ kind, apiVersion, body, pod string }{
		{"Pod", "v1", `spec: {containers: [{name: kafka, image: "confluentinc/cp-kafka:7.6.1"}]}`, ""},
		{"PodTemplate", "v1", "template: " + brokerTemplate, "template"},
		{"ReplicationController", "v1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"Deployment", "apps/v1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"Deployment", "extensions/v1beta1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"StatefulSet", "apps/v1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"StatefulSet", "apps/v1beta1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"ReplicaSet", "apps/v1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"DaemonSet", "apps/v1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"Job", "batch/v1", "spec: {template: " + brokerTemplate + "}", "spec.template"},
		{"CronJob", "batch/v1", "spec: {jobTemplate: {spec: {template: " + brokerTemplate + "}}}", "spec.jobTemplate.spec.template"},
	} {
		t.Run(test.kind+" "+test.apiVersion, func(t *testing.T) {
			root := parse(t, fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: thing, namespace: ns}\n%s\n", test.apiVersion, test.kind, test.body))
			found := recognise(root)
			if found == nil {
				t.Fatal("not recognised")
			}
			if path := found.Pod.Path(root); path != test.pod {
				t.Errorf("the pod is at %q, want %q", path, test.pod)
			}
			want := verdict.Object{APIVersion: test.apiVersion, Kind: test.kind, Namespace: "ns", Name: "thing"}
			if found.Object != want {
				t.Errorf("object %v, want %v", found.Object, want)
			}
		})
	}
}

func TestAKindOfAnotherGroupHoldsNoPod(t *testing.T) {
	for _, head := range []string{
		"apiVersion: kafka.banzaicloud.io/v1beta1\nkind: StatefulSet",
		"apiVersion: serving.example.com/v1\nkind: Pod",
		"apiVersion: apps/v1\nkind: Job",
		"apiVersion: v1\nkind: Deployment",
		"apiVersion: kafka.example.com/v1alpha1\nkind: KafkaACL",
		"kind: KafkaACL",
		"apiVersion: v1",
	} {
		root := parse(t, head+"\nmetadata: {name: thing}\nspec: {template: "+brokerTemplate+`, containers: [{name: kafka, image: "confluentinc/cp-kafka:7.6.1"}]}`)
		if recognise(root) != nil {
			t.Errorf("recognised:\n%s", head)
		}
	}
}

func TestAnObjectWithoutAPodIsNotRecognised(t *testing.T) {
	for _, manifest := range []string{
		"[]", "null", "text", "{}", "kind: Pod\napiVersion: v1",
		"{apiVersion: v1, kind: Pod, spec: 3}",
		"{apiVersion: v1, kind: Pod, spec: {containers: {}}}",
		"{apiVersion: v1, kind: Pod, spec: {containers: [3, null, {}, {image: 3}, {image: kafka, command: x}]}}",
		"{apiVersion: apps/v1, kind: Deployment, spec: {template: []}}",
	} {
		if recognise(parse(t, manifest)) != nil {
			t.Errorf("recognised: %s", manifest)
		}
	}
}

func TestListsAreFlattenedInTheirOrder(t *testing.T) {
	for _, test := range []struct{ manifest, want string }{
		{"{kind: Pod, metadata: {name: a}}", "a"},
		{"{kind: List, items: [{kind: Pod, metadata: {name: a}}, {kind: List, items: [{kind: Pod, metadata: {name: b}}]}, {kind: Pod, metadata: {name: c}}]}", "a b c"},
		{"{kind: StatefulSetList, items: [{kind: StatefulSet, metadata: {name: a}}]}", "a"},
		{"{kind: List, items: []}", ""},
		{"{kind: List, items: null}", ""},
		{"{kind: List, items: [3, null, {kind: Pod, metadata: {name: a}}]}", "a"},
		// Kinds of somebody's own that only sound like lists.
		{"{kind: AllowList, metadata: {name: mine}}", "mine"},
		{"{kind: AllowList, metadata: {name: mine}, items: {a: b}}", "mine"},
		{"[]", ""},
		{"null", ""},
	} {
		var names []string
		for object := range workload.Objects(parse(t, test.manifest)) {
			names = append(names, workload.Identify(object).Name)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.manifest, got, test.want)
		}
	}
}

func TestListsOfListsEndSomewhere(t *testing.T) {
	manifest := "{kind: Pod, metadata: {name: deep}}"
	for range 100 {
		manifest = "{kind: List, items: [" + manifest + "]}"
	}
	if objects := slices.Collect(workload.Objects(parse(t, manifest))); len(objects) != 0 {
		t.Errorf("%d objects, want none", len(objects))
	}
}

func TestFlatteningCanBeBrokenOff(t *testing.T) {
	seen := 0
	for range workload.Objects(parse(t, "{kind: List, items: [{kind: Pod}, {kind: Pod}, {kind: Pod}]}")) {
		if seen++; seen == 2 {
			break
		}
	}
	if seen != 2 {
		t.Errorf("%d objects seen, want 2", seen)
	}
}

func TestAPodThatTheAPIServerIsToNameIsCalledByItsGenerateName(t *testing.T) {
	got := workload.Identify(parse(t, "{apiVersion: v1, kind: Pod, metadata: {generateName: kafka-0-}}"))
	if got.Name != "kafka-0-" {
		t.Errorf("name %q, want kafka-0-", got.Name)
	}
}
