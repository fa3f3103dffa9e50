package apiserver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// What a person submits is refused where the settings ask for it, in a dry run as well.
// What a controller makes, and what is there already, never is.
func TestOnlyWhatAPersonSubmitsIsRefused(t *testing.T) {
	i := installChart(t, map[string]any{"settings": map[string]any{"actions": map[string]any{
		"rules": map[string]any{"mesh": "deny"},
	}}})
	// Nothing is patched here, so that rules find something. No server runs yet: the
	// StatefulSet is there before Sluice.
	namespace := i.namespaceOf(t, map[string]string{"sluice.dev/mode": "off"})
	set := statefulSet(namespace, zookeeper())
	set.Spec.Replicas = new(int32(0))
	if err := plane.client.Create(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	i.start(t)
	refused := func(err error) bool {
		return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "refused by rules:") && strings.Contains(err.Error(), "mesh/app-before-proxy: ")
	}
	eventually(t, "the refusal", func(ctx context.Context) error {
		if err := plane.client.Create(ctx, zookeeperPod(namespace, "zookeeper-9"), client.DryRunAll); !refused(err) {
			return fmt.Errorf("the dry run: %w", errors.Join(err, errors.New("not refused")))
		}
		return nil
	})
	if err := plane.client.Create(t.Context(), zookeeperPod(namespace, "zookeeper-9")); !refused(err) {
		t.Errorf("a pod: %v", err)
	}
	second := statefulSet(namespace, zookeeper())
	second.Name = "second"
	if err := plane.client.Create(t.Context(), second); !refused(err) {
		t.Errorf("a StatefulSet: %v", err)
	}
	var list eventsv1.EventList
	if err := plane.client.List(t.Context(), &list, client.InNamespace(namespace)); err != nil || len(list.Items) > 0 {
		t.Errorf("events of what was refused: %v %v", list.Items, err)
	}

	// Scaling is let through, and so is the pod that the controller then makes.
	if err := plane.client.Patch(t.Context(), set, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"replicas":1}}`))); err != nil {
		t.Fatal(err)
	}
	pods(t, "the StatefulSet", namespace, 1)
	eventually(t, "the event at the StatefulSet", func(ctx context.Context) error {
		if err := plane.client.List(ctx, &list, client.InNamespace(namespace)); err != nil {
			return err
		}
		for _, event := range list.Items {
			if event.Reason == "SluiceFound" && event.Regarding.Name == set.Name && strings.Contains(event.Note, "mesh/app-before-proxy") {
				return nil
			}
		}
		return fmt.Errorf("none among %d", len(list.Items))
	})
	// A template that stays as bad as it was cannot be changed, but its status and its
	// labels can; and it can go.
	edit := []byte(`{"spec":{"template":{"metadata":{"annotations":{"edited":"yes"}}}}}`)
	if err := plane.client.Patch(t.Context(), set, client.RawPatch(types.MergePatchType, edit)); !refused(err) {
		t.Errorf("an edited template: %v", err)
	}
	for _, change := range []string{`{"metadata":{"labels":{"a":"b"}}}`, `{"metadata":{"finalizers":["sluice.test/kept"]}}`} {
		if err := plane.client.Patch(t.Context(), set, client.RawPatch(types.MergePatchType, []byte(change))); err != nil {
			t.Errorf("%s: %v", change, err)
		}
	}
	if err := plane.client.Delete(t.Context(), set); err != nil {
		t.Error(err)
	}
	if err := plane.client.Patch(t.Context(), &appsv1.StatefulSet{ObjectMeta: named(namespace, set.Name)}, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))); err != nil {
		t.Errorf("removing a finalizer: %v", err)
	}
	var left corev1.PodList
	if err := plane.client.List(t.Context(), &left, client.InNamespace(namespace)); err != nil {
		t.Error(err)
	}
	for i := range left.Items {
		if left.Items[i].Name == "zookeeper-9" {
			t.Error("a pod that was refused is there")
		}
	}
}
