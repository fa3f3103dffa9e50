package apiserver

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// patience bounds every wait. It is far longer than anything here takes, since only
// a failure waits so long.
const patience = time.Minute

// eventually asks until the answer is nil, and fails with the last answer.
func eventually(t *testing.T, what string, ask func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	var last error
	for {
		err := ask(ctx)
		if err == nil {
			return
		}
		// The end of the patience is no answer.
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v", what, last)
		case <-ticker.C:
		}
	}
}

func named(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

// newNamespace creates a namespace for one test, in which pods can be created.
func newNamespace(t *testing.T, labels, annotations map[string]string) string {
	t.Helper()
	// The label tells the namespaces of the tests from all others.
	marked := maps.Clone(labels)
	if marked == nil {
		marked = map[string]string{}
	}
	marked["sluice.test/namespace"] = "true"
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-", Labels: marked, Annotations: annotations}}
	if err := plane.client.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// A test may be about the loss of its namespace.
		if err := plane.client.Delete(context.Background(), namespace); client.IgnoreNotFound(err) != nil && !apierrors.IsConflict(err) {
			t.Error(err)
		}
	})
	eventually(t, "the namespace's service account", func(ctx context.Context) error {
		return plane.client.Get(ctx, types.NamespacedName{Namespace: namespace.Name, Name: "default"}, &corev1.ServiceAccount{})
	})
	return namespace.Name
}

// inMesh are the labels of a namespace that Istio injects into.
var inMesh = map[string]string{"istio-injection": "enabled"}

// warnings are those that the API server gave to a client.
type warnings struct {
	mutex sync.Mutex
	list  []string
}

// HandleWarningHeader keeps a warning.
func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.list = append(w.list, text)
}

// take returns the warnings of Sluice's servers so far and forgets all.
func (w *warnings) take() []string {
	var ours []string
	for _, text := range w.all() {
		if strings.HasPrefix(text, "sluice ") {
			ours = append(ours, text)
		}
	}
	return ours
}

// all returns the warnings so far and forgets them.
func (w *warnings) all() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	list := w.list
	w.list = nil
	return list
}

// newClient returns a client of its own, and the warnings that it is given.
func newClient(t *testing.T) (client.Client, *warnings) {
	t.Helper()
	config := rest.CopyConfig(plane.config)
	given := &warnings{}
	config.WarningHandler = given
	c, err := client.New(config, client.Options{Scheme: scheme.Scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c, given
}

// pods returns the pods in a namespace, once there are so many. What they are pods
// of is for the message.
func pods(t *testing.T, of, namespace string, count int) []corev1.Pod {
	t.Helper()
	var list corev1.PodList
	eventually(t, "the pods of "+of, func(ctx context.Context) error {
		if err := plane.client.List(ctx, &list, client.InNamespace(namespace)); err != nil {
			return err
		}
		if len(list.Items) < count {
			return fmt.Errorf("%d of %d pods are there", len(list.Items), count)
		}
		return nil
	})
	return list.Items
}

// absent fails unless the object does not exist.
func absent(t *testing.T, object client.Object) {
	t.Helper()
	err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(object), object)
	if !apierrors.IsNotFound(err) {
		t.Errorf("%s is there, or cannot be asked for: %v", object.GetName(), err)
	}
}
