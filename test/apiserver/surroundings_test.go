package apiserver

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/surroundings"
)

// A namespace and its first pod are often created in one go, by one kubectl apply.
func TestANamespaceIsKnownFromItsFirstMoment(t *testing.T) {
	for range 20 {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "young-", Labels: inMesh, Annotations: map[string]string{"sluice.dev/mode": "off"}}}
		if err := plane.client.Create(t.Context(), namespace); err != nil {
			t.Fatal(err)
		}
		found, known := plane.around.Namespace(t.Context(), namespace.Name)
		if known != surroundings.Found || found.Labels["istio-injection"] != "enabled" || found.Annotations["sluice.dev/mode"] != "off" {
			t.Errorf("%s: %+v, knowledge %d", namespace.Name, found, known)
		}
		if err := plane.client.Delete(t.Context(), namespace); err != nil {
			t.Error(err)
		}
	}
}

func TestNamespacesFollowTheirLabels(t *testing.T) {
	name := newNamespace(t, nil, nil)
	if found, known := plane.around.Namespace(t.Context(), name); known != surroundings.Found || found.Labels["istio-injection"] != "" {
		t.Errorf("%+v, knowledge %d", found, known)
	}
	namespace := &corev1.Namespace{}
	if err := plane.client.Get(t.Context(), client.ObjectKey{Name: name}, namespace); err != nil {
		t.Fatal(err)
	}
	maps.Copy(namespace.Labels, inMesh)
	if err := plane.client.Update(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new label", func(ctx context.Context) error {
		if found, _ := plane.around.Namespace(ctx, name); found.Labels["istio-injection"] != "enabled" {
			return fmt.Errorf("the labels are %v", found.Labels)
		}
		return nil
	})
}

func TestANamespaceThatIsNotThereIsAbsent(t *testing.T) {
	if _, known := plane.around.Namespace(t.Context(), "no-such-namespace"); known != surroundings.Absent {
		t.Errorf("knowledge %d", known)
	}
	if _, known := plane.around.Namespace(t.Context(), ""); known != surroundings.Unknown {
		t.Errorf("of no name at all: knowledge %d", known)
	}
}

func TestNothingIsKnownBeforeTheFirstAnswer(t *testing.T) {
	around, err := surroundings.NewCluster(plane.config, meshNamespace, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if around.Synced() {
		t.Error("synced without having started")
	}
	if _, known := around.Namespace(t.Context(), "default"); known != surroundings.Unknown {
		t.Errorf("knowledge %d", known)
	}
	if delivery := around.Delivery(t.Context()); delivery != surroundings.DeliveryUnknown {
		t.Errorf("delivery %s", delivery)
	}
	if _, known := around.Object(t.Context(), surroundings.Service, "default", "kubernetes"); known != surroundings.Unknown {
		t.Errorf("knowledge %d", known)
	}
	if services, complete := around.Objects(t.Context(), surroundings.Service, "default"); complete || services != nil {
		t.Errorf("%v, complete %v", services, complete)
	}
}

func TestDeliveryFollowsTheMeshConfiguration(t *testing.T) {
	ctx := t.Context()
	other := &corev1.ConfigMap{ObjectMeta: named(meshNamespace, "istio-other"), Data: map[string]string{surroundings.MeshConfigKey: "inboundTrafficPolicy: {mode: LOCALHOST}"}}
	elsewhere := &corev1.ConfigMap{ObjectMeta: named("default", "istio"), Data: other.Data}
	for _, decoy := range []*corev1.ConfigMap{other, elsewhere} {
		if err := plane.client.Create(ctx, decoy); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := plane.client.Delete(context.Background(), decoy); err != nil {
				t.Error(err)
			}
		})
	}
	config := &corev1.ConfigMap{ObjectMeta: named(meshNamespace, "istio"), Data: map[string]string{surroundings.MeshConfigKey: "accessLogFile: /dev/stdout\n"}}
	if err := plane.client.Create(ctx, config); err != nil {
		t.Fatal(err)
	}
	delivers(t, surroundings.DeliveryPodIP)
	for _, step := range []struct {
		data map[string]string
		want surroundings.Delivery
	}{
		{map[string]string{surroundings.MeshConfigKey: "inboundTrafficPolicy: {mode: LOCALHOST}"}, surroundings.DeliveryLocalhost},
		{map[string]string{surroundings.MeshConfigKey: "{"}, surroundings.DeliveryUnknown},
		{map[string]string{surroundings.MeshConfigKey: "inboundTrafficPolicy: {mode: PASSTHROUGH}"}, surroundings.DeliveryPodIP},
		{map[string]string{"another": "key"}, surroundings.DeliveryUnknown},
		{map[string]string{surroundings.MeshConfigKey: ""}, surroundings.DeliveryPodIP},
	} {
		config.Data = step.data
		if err := plane.client.Update(ctx, config); err != nil {
			t.Fatal(err)
		}
		delivers(t, step.want)
	}
	if err := plane.client.Delete(ctx, config); err != nil {
		t.Fatal(err)
	}
	delivers(t, surroundings.DeliveryUnknown)
}

func delivers(t *testing.T, want surroundings.Delivery) {
	t.Helper()
	eventually(t, "delivery "+string(want), func(ctx context.Context) error {
		if got := plane.around.Delivery(ctx); got != want {
			return fmt.Errorf("it is %s", got)
		}
		return nil
	})
}

// Memory and rights grow with what is watched: no other ConfigMap, no Pod, no Secret
// is, and of what is watched only what is asked for stays.
func TestSurroundingsHoldNoMoreThanIsAskedFor(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	service := &corev1.Service{ObjectMeta: named(namespace, "kafka"), Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 9092}}}}
	service.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: "{}", "example.com/team": "events"}
	if err := plane.client.Create(t.Context(), service, client.FieldOwner("test")); err != nil {
		t.Fatal(err)
	}
	object, known := plane.around.Object(t.Context(), surroundings.Service, namespace, "kafka")
	if known != surroundings.Found {
		t.Fatalf("knowledge %d", known)
	}
	annotations := object.Root.At("metadata", "annotations")
	if object.Root.Get("status") != nil || object.Root.At("metadata", "managedFields") != nil || annotations.Get(corev1.LastAppliedConfigAnnotation) != nil {
		t.Errorf("too much is kept: %s", object.Root.AppendJSON(nil))
	}
	if annotations.Get("example.com/team").Text() != "events" || len(object.Root.At("spec", "ports").Items()) != 1 {
		t.Errorf("too little is kept: %s", object.Root.AppendJSON(nil))
	}
	for _, never := range []surroundings.Kind{{Name: "Pod"}, {Name: "Secret"}} {
		if object, known := plane.around.Object(t.Context(), never, namespace, "any"); known != surroundings.Unknown {
			t.Errorf("%s: %s", never.Name, object.Root.AppendJSON(nil))
		}
	}
}
