package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/surroundings"
)

// pageSize is how many objects are asked for at a time. A cluster has many pods, few of
// which matter.
const pageSize = 500

// Cluster is what an audit reads of a cluster before it looks at pods. It answers as
// surroundings, in the way of the server.
type Cluster struct {
	*surroundings.Cluster
	// Address is that of the API server.
	Address string

	reader     client.Client
	names      Names
	namespaces map[string]labelled
	planes     []appsv1.Deployment
	mutating   []admissionregistrationv1.MutatingWebhookConfiguration
	validating []admissionregistrationv1.ValidatingWebhookConfiguration
}

// labelled is what is read of a namespace.
type labelled struct{ labels, annotations map[string]string }

// Names are those of what Sluice has in a cluster, and of what is looked at.
type Names struct {
	MutatingConfiguration, ValidatingConfiguration, RootNamespace string
	// Namespaces are those whose pods are looked at; without any it is all of them.
	Namespaces []string
}

// Read reads a cluster.
func Read(ctx context.Context, config *rest.Config, names Names) (*Cluster, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, admissionregistrationv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	reader, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("asking the cluster at %s: %w", config.Host, err)
	}
	around, err := surroundings.NewCluster(config, names.RootNamespace, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	c := &Cluster{Cluster: around, Address: config.Host, reader: reader, names: names, namespaces: map[string]labelled{}}
	for _, step := range []struct {
		what string
		read func(context.Context) error
	}{
		{"namespaces", c.readNamespaces},
		{"istiod", c.readPlanes},
		{"webhook configurations", c.readWebhooks},
	} {
		if err := step.read(ctx); err != nil {
			return nil, fmt.Errorf("reading %s: %w", step.what, err)
		}
	}
	for _, name := range names.Namespaces {
		if _, ok := c.namespaces[name]; !ok {
			return nil, fmt.Errorf("the cluster at %s has no namespace %s", config.Host, name)
		}
	}
	if err := c.watch(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// readTimeout bounds how long the surroundings are read. What a person may not read
// stays unknown, and the audit goes on without it.
const readTimeout = 20 * time.Second

// watch reads the surroundings, and keeps them until the context ends.
func (c *Cluster) watch(ctx context.Context) error {
	go func() { _ = c.Start(ctx) }() // there is nobody to tell, and the answers say it
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(readTimeout); !c.Complete() && time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	if !c.Synced() {
		return errors.New("the namespaces could not be watched; listing and watching them is what an audit needs first")
	}
	return nil
}

func (c *Cluster) readNamespaces(ctx context.Context) error {
	return c.each(ctx, corev1.SchemeGroupVersion.WithKind("Namespace"), metav1.NamespaceAll, func(object *unstructured.Unstructured) error {
		c.namespaces[object.GetName()] = labelled{object.GetLabels(), object.GetAnnotations()}
		return nil
	})
}

func (c *Cluster) readPlanes(ctx context.Context) error {
	var list appsv1.DeploymentList
	if err := c.reader.List(ctx, &list, client.InNamespace(c.names.RootNamespace), client.MatchingLabels{"app": "istiod"}); err != nil {
		return err
	}
	c.planes = list.Items
	return nil
}

func (c *Cluster) readWebhooks(ctx context.Context) error {
	var mutating admissionregistrationv1.MutatingWebhookConfigurationList
	if err := c.reader.List(ctx, &mutating); err != nil {
		return err
	}
	var validating admissionregistrationv1.ValidatingWebhookConfigurationList
	if err := c.reader.List(ctx, &validating); err != nil {
		return err
	}
	c.mutating, c.validating = mutating.Items, validating.Items
	// The order in which the API server calls them.
	slices.SortFunc(c.mutating, func(a, b admissionregistrationv1.MutatingWebhookConfiguration) int {
		return strings.Compare(a.Name, b.Name)
	})
	slices.SortFunc(c.validating, func(a, b admissionregistrationv1.ValidatingWebhookConfiguration) int {
		return strings.Compare(a.Name, b.Name)
	})
	return nil
}

// each lists objects, page by page; all of them where no namespace is named.
func (c *Cluster) each(ctx context.Context, kind schema.GroupVersionKind, namespace string, do func(*unstructured.Unstructured) error) error {
	for next := ""; ; {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
		if err := c.reader.List(ctx, list, client.InNamespace(namespace), client.Limit(pageSize), client.Continue(next)); err != nil {
			return err
		}
		for i := range list.Items {
			if err := do(&list.Items[i]); err != nil {
				return err
			}
		}
		if next = list.GetContinue(); next == "" {
			return nil
		}
	}
}

// eachPod calls with the JSON of every pod.
func (c *Cluster) eachPod(ctx context.Context, do func(raw []byte) error) error {
	return c.eachObject(ctx, corev1.SchemeGroupVersion.WithKind("Pod"), do)
}

// eachObject calls with the JSON of every object of a kind in the namespaces that are
// looked at.
func (c *Cluster) eachObject(ctx context.Context, kind schema.GroupVersionKind, do func(raw []byte) error) error {
	namespaces := c.names.Namespaces
	if len(namespaces) == 0 {
		namespaces = []string{metav1.NamespaceAll}
	}
	for _, namespace := range namespaces {
		if err := c.each(ctx, kind, namespace, marshalled(do)); err != nil {
			return fmt.Errorf("reading objects of kind %s: %w", kind.Kind, err)
		}
	}
	return nil
}

// marshalled turns what wants the JSON of an object into what takes the object.
func marshalled(do func(raw []byte) error) func(*unstructured.Unstructured) error {
	return func(object *unstructured.Unstructured) error {
		object.SetManagedFields(nil)
		raw, err := object.MarshalJSON()
		if err == nil {
			err = do(raw)
		}
		if err != nil {
			return fmt.Errorf("%s %s/%s: %w", object.GetKind(), object.GetNamespace(), object.GetName(), err)
		}
		return nil
	}
}
