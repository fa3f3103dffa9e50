package surroundings

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// meshConfigMap is the ConfigMap with the configuration of the mesh.
const meshConfigMap = "istio"

// liveTimeout bounds the one question that is not answered from memory. The API
// server waits two seconds for the whole review.
const liveTimeout = 100 * time.Millisecond

// Cluster answers from a cluster that it watches: labels and annotations of the
// namespaces, and of the ConfigMaps only the mesh configuration. It reads no Pods
// and no Secrets.
type Cluster struct {
	cached     client.Reader
	live       client.Reader
	namespaces cache.Informer
	delivery   atomic.Pointer[Delivery]
}

// CacheObjects restricts a controller-runtime cache to what a Cluster reads, for
// cache.Options.ByObject. rootNamespace is the mesh's; empty means that the mesh
// configuration is not read.
func CacheObjects(rootNamespace string) map[client.Object]cache.ByObject {
	objects := map[client.Object]cache.ByObject{
		// Nobody changes what the cache holds, so nothing has to be copied.
		namespaceObject(): {Transform: stripNamespace, UnsafeDisableDeepCopy: new(true)},
	}
	if rootNamespace != "" {
		objects[&corev1.ConfigMap{}] = cache.ByObject{
			Namespaces: map[string]cache.Config{rootNamespace: {}},
			Field:      fields.OneTermEqualSelector(metav1.ObjectNameField, meshConfigMap),
			Transform:  stripConfigMap,
		}
	}
	return objects
}

// NewCluster watches through a cache that was made with CacheObjects and is not yet
// started. live reads from the API server itself. An error means that the API server
// could not be asked which resources it has.
func NewCluster(ctx context.Context, watched cache.Cache, live client.Reader, rootNamespace string, log *slog.Logger) (*Cluster, error) {
	namespaces, err := watched.GetInformer(ctx, namespaceObject(), cache.BlockUntilSynced(false))
	if err != nil {
		return nil, fmt.Errorf("watching namespaces: %w", err)
	}
	c := &Cluster{cached: watched, live: live, namespaces: namespaces}
	if rootNamespace == "" {
		return c, nil
	}
	configMaps, err := watched.GetInformer(ctx, &corev1.ConfigMap{}, cache.BlockUntilSynced(false))
	if err != nil {
		return nil, fmt.Errorf("watching the ConfigMap %s/%s: %w", rootNamespace, meshConfigMap, err)
	}
	// Parsed when it changes, which is next to never, and not for every pod.
	_, err = configMaps.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { c.configured(object, log) },
		UpdateFunc: func(_, object any) { c.configured(object, log) },
		DeleteFunc: func(any) { c.delivery.Store(nil) },
	})
	if err != nil {
		return nil, fmt.Errorf("watching the ConfigMap %s/%s: %w", rootNamespace, meshConfigMap, err)
	}
	return c, nil
}

// Synced reports whether all namespaces have been read. Until then nothing is known
// of any.
func (c *Cluster) Synced() bool { return c.namespaces.HasSynced() }

// Namespace answers from the cache. A namespace that it does not hold may be a
// moment old, so the API server is asked before it counts as absent.
func (c *Cluster) Namespace(ctx context.Context, name string) (Namespace, Knowledge) {
	if name == "" || !c.Synced() {
		return Namespace{}, Unknown
	}
	object, key := namespaceObject(), types.NamespacedName{Name: name}
	err := c.cached.Get(ctx, key, object)
	if apierrors.IsNotFound(err) {
		ctx, cancel := context.WithTimeout(ctx, liveTimeout)
		defer cancel()
		err = c.live.Get(ctx, key, object)
	}
	switch {
	case err == nil:
		return Namespace{Labels: object.Labels, Annotations: object.Annotations}, Found
	case apierrors.IsNotFound(err):
		return Namespace{}, Absent
	default:
		return Namespace{}, Unknown
	}
}

// Delivery answers by the mesh configuration that was seen last.
func (c *Cluster) Delivery(context.Context) Delivery {
	if delivery := c.delivery.Load(); delivery != nil {
		return *delivery
	}
	return DeliveryUnknown
}

// configured reads a mesh configuration. One that cannot be read leaves nothing
// known: istiod refuses it too, and what it goes on with cannot be seen.
func (c *Cluster) configured(object any, log *slog.Logger) {
	config, ok := object.(*corev1.ConfigMap)
	if !ok {
		return
	}
	text, ok := config.Data[MeshConfigKey]
	if !ok {
		c.delivery.Store(nil)
		return
	}
	delivery, err := ParseDelivery(text)
	if err != nil {
		log.Error("the mesh configuration is of no use", "namespace", config.Namespace, "configMap", config.Name, "error", err)
	}
	c.delivery.Store(&delivery)
}

// namespaceObject returns an object that makes a cache watch metadata alone.
func namespaceObject() *metav1.PartialObjectMetadata {
	object := &metav1.PartialObjectMetadata{}
	object.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	return object
}

// stripNamespace drops what is never asked for before it gets into the cache.
func stripNamespace(object any) (any, error) {
	namespace, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	namespace.ObjectMeta = metav1.ObjectMeta{
		Name: namespace.Name, UID: namespace.UID, ResourceVersion: namespace.ResourceVersion,
		Labels: namespace.Labels, Annotations: namespace.Annotations,
	}
	return namespace, nil
}

// stripConfigMap leaves of a ConfigMap only the mesh configuration.
func stripConfigMap(object any) (any, error) {
	config, ok := object.(*corev1.ConfigMap)
	if !ok {
		return object, nil
	}
	stripped := &corev1.ConfigMap{
		TypeMeta: config.TypeMeta,
		ObjectMeta: metav1.ObjectMeta{
			Name: config.Name, Namespace: config.Namespace, UID: config.UID, ResourceVersion: config.ResourceVersion,
		},
	}
	if text, ok := config.Data[MeshConfigKey]; ok {
		stripped.Data = map[string]string{MeshConfigKey: text}
	}
	return stripped, nil
}
