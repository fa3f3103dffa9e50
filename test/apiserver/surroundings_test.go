package apiserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
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
	around, _ := notStarted(t)
	if around.Synced() {
		t.Error("synced without having started")
	}
	if _, known := around.Namespace(t.Context(), "default"); known != surroundings.Unknown {
		t.Errorf("knowledge %d", known)
	}
	if delivery := around.Delivery(t.Context()); delivery != surroundings.DeliveryUnknown {
		t.Errorf("delivery %s", delivery)
	}
}

// notStarted returns surroundings of a cache that nobody has started.
func notStarted(t *testing.T) (*surroundings.Cluster, cache.Cache) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c, err := cache.New(plane.config, cache.Options{Scheme: scheme, ByObject: surroundings.CacheObjects(meshNamespace), ReaderFailOnMissingInformer: true})
	if err != nil {
		t.Fatal(err)
	}
	around, err := surroundings.NewCluster(t.Context(), c, plane.client, meshNamespace, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return around, c
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
func TestTheCacheHoldsNoMoreThanIsAskedFor(t *testing.T) {
	around, c := notStarted(t)
	name := newNamespace(t, inMesh, map[string]string{"sluice.dev/mode": "off"})
	secret := &corev1.ConfigMap{ObjectMeta: named(meshNamespace, "istio"), Data: map[string]string{surroundings.MeshConfigKey: "{}", "values": "much else"}}
	if err := plane.client.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := plane.client.Delete(context.Background(), secret); err != nil {
			t.Error(err)
		}
		delivers(t, surroundings.DeliveryUnknown)
	}()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = c.Start(ctx) }()
	eventually(t, "the first answer", func(context.Context) error {
		if !around.Synced() {
			return errors.New("not synced")
		}
		return nil
	})

	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	if err := c.Get(ctx, client.ObjectKey{Name: name}, namespace); err != nil {
		t.Fatal(err)
	}
	if len(namespace.ManagedFields) > 0 || len(namespace.Labels) == 0 || len(namespace.Annotations) == 0 {
		t.Errorf("the cache holds %+v", namespace)
	}
	var configs corev1.ConfigMapList
	if err := c.List(ctx, &configs); err != nil {
		t.Fatal(err)
	}
	if len(configs.Items) != 1 || len(configs.Items[0].Data) != 1 || len(configs.Items[0].ManagedFields) > 0 {
		t.Errorf("the cache holds %+v", configs.Items)
	}
	for _, never := range []client.Object{&corev1.Pod{}, &corev1.Secret{}, &corev1.Service{}} {
		var missing *cache.ErrResourceNotCached
		if err := c.Get(ctx, client.ObjectKey{Namespace: name, Name: "any"}, never); !errors.As(err, &missing) {
			t.Errorf("%T: %v", never, err)
		}
	}
}
