package surroundings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
)

// lookAgain is how often a kind that the cluster does not have, or could not be asked
// for, is looked for again.
const lookAgain = 15 * time.Second

// watch keeps the objects of one kind in memory. A kind that the cluster does not have
// yet, such as one of a mesh that is still to be installed, is picked up when it comes.
type watch struct {
	row
	client dynamic.Interface
	mapper meta.RESTMapper
	log    *slog.Logger
	// namespace and name restrict the watch to one object; both empty for all.
	namespace, name string

	mu       sync.Mutex
	informer cache.SharedIndexInformer
	// follows is the resource that informer watches.
	follows schema.GroupVersionResource
	// absent is true when the cluster has no such kind.
	absent bool
	// said is the last failure that was logged: a watch that fails does so again and
	// again, in the same words.
	said string
}

// synced returns the store once all objects have been read into it.
func (w *watch) synced() (store, bool) {
	w.mu.Lock()
	informer := w.informer
	w.mu.Unlock()
	if informer == nil || !informer.HasSynced() {
		return store{}, false
	}
	return store{informer.GetIndexer()}, true
}

// missing reports whether the cluster does not have the kind.
func (w *watch) missing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.absent
}

// watched returns the resource that is watched.
func (w *watch) watched() schema.GroupVersionResource {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.follows
}

// run watches, and looks for the kind when it is not there, until the context ends.
func (w *watch) run(ctx context.Context) {
	for ctx.Err() == nil {
		resource, err := w.find()
		if err == nil {
			err = w.follow(ctx, resource)
		}
		w.mu.Lock()
		w.informer, w.absent = nil, isMissing(err)
		w.mu.Unlock()
		if err != nil && !isMissing(err) {
			w.complain(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(lookAgain):
		}
	}
}

// find returns the resource that serves the kind.
func (w *watch) find() (schema.GroupVersionResource, error) {
	if w.version != "" {
		return w.served(), nil
	}
	mapping, err := w.mapper.RESTMapping(schema.GroupKind{Group: w.kind.Group, Kind: w.kind.Name})
	if err != nil {
		return schema.GroupVersionResource{}, err
	}
	return mapping.Resource, nil
}

// follow watches a resource until the context ends or the resource is gone, which is
// the only error that it returns.
func (w *watch) follow(ctx context.Context, resource schema.GroupVersionResource) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	informer := dynamicinformer.NewFilteredDynamicInformer(w.client, resource, w.namespace, 0,
		cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc},
		func(options *metav1.ListOptions) {
			if w.name != "" {
				options.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, w.name).String()
			}
		}).Informer()
	err := errors.Join(
		informer.SetTransform(func(object any) (any, error) { return strip(object) }),
		informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
			if isMissing(err) {
				cancel(err)
				return
			}
			w.complain(err)
		}))
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.informer, w.follows, w.absent = informer, resource, false
	w.mu.Unlock()
	informer.RunWithContext(ctx)
	if cause := context.Cause(ctx); isMissing(cause) {
		return cause
	}
	return nil
}

// complain logs what keeps the kind from being read, once as long as nothing else does.
// That a watch ends is its ordinary course, and shows that there was one.
func (w *watch) complain(err error) {
	said := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		said = ""
	}
	w.mu.Lock()
	again := said == w.said
	w.said = said
	w.mu.Unlock()
	if again || said == "" {
		return
	}
	message := fmt.Sprintf("cannot watch objects of kind %s, so nothing is known of them", w.kind.Name)
	if apierrors.IsForbidden(err) {
		message += "; grant Sluice the right to list and watch them"
	}
	w.log.Error(message, "error", err)
}
