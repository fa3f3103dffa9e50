package surroundings

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/sluice-dev/sluice/document"
)

// meshConfigMap is the ConfigMap with the configuration of the mesh.
const meshConfigMap = "istio"

// liveTimeout bounds a question that is not answered from memory. The API server
// waits two seconds for the whole review.
const liveTimeout = 100 * time.Millisecond

// Cluster answers from a cluster. It watches the rows of kinds, and of the ConfigMaps
// only the mesh configuration; any other ConfigMap is read when it is asked for. It
// reads no Pods and no Secrets.
type Cluster struct {
	live     dynamic.Interface
	watches  map[Kind]*watch
	mesh     *watch
	delivery delivery
	root     string
	recent   recentConfigMaps
}

// NewCluster returns a Cluster that knows nothing until it is started. rootNamespace
// is the mesh's; empty means that the mesh configuration is not read.
func NewCluster(config *rest.Config, rootNamespace string, log *slog.Logger) (*Cluster, error) {
	// The API server has its own ways to be fair; a client that holds back its own
	// questions only answers late.
	config = rest.CopyConfig(config)
	config.QPS = -1
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("reaching the cluster: %w", err)
	}
	live, err := dynamic.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("reaching the cluster: %w", err)
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, client)
	if err != nil {
		return nil, fmt.Errorf("reaching the cluster: %w", err)
	}
	c := &Cluster{live: live, watches: map[Kind]*watch{}, root: rootNamespace}
	for _, row := range kinds {
		c.watches[row.kind] = &watch{row: row, client: live, mapper: mapper, log: log}
	}
	if rootNamespace != "" {
		c.delivery.log = log
		c.mesh = &watch{
			row:    configMapRow,
			client: live, mapper: mapper, log: log,
			namespace: rootNamespace, name: meshConfigMap,
		}
	}
	return c, nil
}

// Start watches until the context ends.
func (c *Cluster) Start(ctx context.Context) error {
	var running sync.WaitGroup
	for _, w := range c.watches {
		running.Go(func() { w.run(ctx) })
	}
	if c.mesh != nil {
		running.Go(func() { c.mesh.run(ctx) })
	}
	running.Wait()
	return nil
}

// NeedLeaderElection is false: each replica answers, so each one watches.
func (c *Cluster) NeedLeaderElection() bool { return false }

// Synced reports whether all namespaces have been read. Until then nothing is known
// of any.
func (c *Cluster) Synced() bool {
	_, synced := c.watches[namespaceKind].synced()
	return synced
}

// Complete reports whether everything that is watched has been read, or is of a kind
// that the cluster does not have.
func (c *Cluster) Complete() bool {
	for _, w := range c.watches {
		if _, synced := w.synced(); !synced && !w.missing() {
			return false
		}
	}
	if c.mesh == nil {
		return true
	}
	_, synced := c.mesh.synced()
	return synced
}

// Namespace answers from memory. A namespace that is not there may be a moment old, so
// the API server is asked before it counts as absent.
func (c *Cluster) Namespace(ctx context.Context, name string) (Namespace, Knowledge) {
	object, known := c.Object(ctx, namespaceKind, "", name)
	if known != Found {
		return Namespace{}, known
	}
	metadata := object.Root.Get("metadata")
	return Namespace{Labels: texts(metadata.Get("labels")), Annotations: texts(metadata.Get("annotations"))}, Found
}

// Delivery answers by the mesh configuration that was seen last.
func (c *Cluster) Delivery(context.Context) Delivery {
	if c.mesh == nil {
		return DeliveryUnknown
	}
	store, synced := c.mesh.synced()
	if !synced {
		return DeliveryUnknown
	}
	config, _ := store.get(c.root, meshConfigMap)
	return c.delivery.of(config)
}

// RootNamespace is where the mesh configuration is read.
func (c *Cluster) RootNamespace() string { return c.root }

// ConfigMap asks the API server, and answers the same for a moment: a pod is reviewed
// up to three times, and its siblings come with it. A later answer would not be truer,
// because the kubelet reads the ConfigMap after all of them.
func (c *Cluster) ConfigMap(ctx context.Context, namespace, name string) (ConfigMap, Knowledge) {
	if namespace == "" || name == "" {
		return ConfigMap{}, Unknown
	}
	return c.recent.get(objectKey{namespace, name}, func() (ConfigMap, Knowledge) {
		object, known := c.fetch(ctx, configMapRow.served(), namespace, name)
		if known != Found {
			return ConfigMap{}, known
		}
		read := ConfigMap{Data: map[string]document.Text{}}
		for key, value := range texts(object.Root.Get("data")) {
			read.Data[key] = document.Text{Value: value}
		}
		for _, entry := range object.Root.Get("binaryData").Entries() {
			read.Binary = append(read.Binary, entry.Key)
		}
		return read, Found
	})
}

// Object answers from memory. An object that is not there may be a moment old, so the
// API server is asked before it counts as absent.
func (c *Cluster) Object(ctx context.Context, kind Kind, namespace, name string) (Object, Knowledge) {
	w := c.watches[kind]
	if w == nil || name == "" || (namespace == "") != (kind == namespaceKind) {
		return Object{}, Unknown
	}
	store, synced := w.synced()
	switch {
	case w.missing():
		return Object{}, Absent
	case !synced:
		return Object{}, Unknown
	}
	if object, ok := store.get(namespace, name); ok {
		return Object{Root: object.tree()}, Found
	}
	return c.fetch(ctx, w.watched(), namespace, name)
}

// fetch asks the API server itself.
func (c *Cluster) fetch(ctx context.Context, resource schema.GroupVersionResource, namespace, name string) (Object, Knowledge) {
	ctx, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	read, err := c.live.Resource(resource).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return Object{}, Absent
	case err != nil:
		return Object{}, Unknown
	}
	object, err := strip(read)
	if err != nil {
		return Object{}, Unknown
	}
	return Object{Root: object.tree()}, Found
}

// Objects answers from memory.
func (c *Cluster) Objects(_ context.Context, kind Kind, namespace string) (objects []Object, complete bool) {
	w := c.watches[kind]
	if w == nil {
		return nil, false
	}
	store, synced := w.synced()
	if !synced {
		return nil, w.missing()
	}
	found := store.in(namespace)
	slices.SortFunc(found, func(a, b *stripped) int { return strings.Compare(a.Name, b.Name) })
	for _, object := range found {
		objects = append(objects, Object{Root: object.tree()})
	}
	return objects, true
}

// delivery remembers what the mesh configuration says, which is parsed when it
// changes and not for every pod.
type delivery struct {
	log *slog.Logger

	mu     sync.Mutex
	from   *stripped
	answer Delivery
}

// of reads a mesh configuration. One that cannot be read leaves nothing known: istiod
// refuses it too, and what it goes on with cannot be seen.
func (d *delivery) of(config *stripped) Delivery {
	text := config.tree().At("data", MeshConfigKey)
	if text == nil {
		return DeliveryUnknown
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.from == config {
		return d.answer
	}
	answer, err := ParseDelivery(text.Text())
	if err != nil {
		d.log.Error("the mesh configuration is of no use", "namespace", config.Namespace, "configMap", config.Name, "error", err)
	}
	d.from, d.answer = config, answer
	return answer
}

// isMissing tells the errors that mean that the cluster has no such kind.
func isMissing(err error) bool {
	return meta.IsNoMatchError(err) || apierrors.IsNotFound(err)
}
