package certs

import (
	"context"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// watch wakes Start when one of the objects changes. What has changed is read anew
// each time: a watch that breaks, or was never permitted, costs a minute and no more.
func (a *Authority) watch(ctx context.Context) {
	for _, object := range []struct {
		kind            schema.GroupVersionKind
		namespace, name string
	}{
		{corev1.SchemeGroupVersion.WithKind("Secret"), a.Secret.Namespace, a.Secret.Name},
		{admissionregistrationv1.SchemeGroupVersion.WithKind(mutatingKind), "", a.MutatingConfiguration},
		{admissionregistrationv1.SchemeGroupVersion.WithKind(validatingKind), "", a.ValidatingConfiguration},
	} {
		if object.name == "" {
			continue
		}
		go func() {
			for ctx.Err() == nil {
				a.follow(ctx, object.kind, object.namespace, object.name)
				select {
				case <-ctx.Done():
				case <-time.After(time.Second):
				}
			}
		}()
	}
}

// follow wakes Start until its watch ends.
func (a *Authority) follow(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
	// A watch of one name is one that RBAC can grant for that name.
	watcher, err := a.client.Watch(ctx, list, client.InNamespace(namespace),
		client.MatchingFieldsSelector{Selector: fields.OneTermEqualSelector(metav1.ObjectNameField, name)})
	if err != nil {
		// The reads tell whoever has to know.
		return
	}
	defer watcher.Stop()
	for range watcher.ResultChan() {
		a.wake()
	}
}
