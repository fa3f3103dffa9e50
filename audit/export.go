package audit

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/surroundings"
)

// Export writes what a review of files has to know of the cluster, as YAML documents
// for --context: the labels and annotations of namespaces, of which only those that
// matter, the mesh configuration, and name and spec of the kinds that Sluice watches.
// Nothing else leaves the cluster.
func (c *Cluster) Export(ctx context.Context, to io.Writer) error {
	for _, name := range slices.Sorted(maps.Keys(c.namespaces)) {
		namespace := c.namespaces[name]
		err := write(to, map[string]any{
			"apiVersion": "v1", "kind": "Namespace",
			"metadata": map[string]any{"name": name, "labels": matters(namespace.labels), "annotations": matters(namespace.annotations)},
		})
		if err != nil {
			return err
		}
	}
	configs, err := c.meshConfigMaps(ctx)
	if err != nil {
		return fmt.Errorf("reading the mesh configuration: %w", err)
	}
	for i := range configs {
		err := write(to, map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap",
			"metadata": map[string]any{"name": configs[i].Name, "namespace": configs[i].Namespace},
			"data":     map[string]string{surroundings.MeshConfigKey: configs[i].Data[surroundings.MeshConfigKey]},
		})
		if err != nil {
			return err
		}
	}
	return c.exportWatched(ctx, to)
}

// exportWatched writes the objects of the kinds that the server watches.
func (c *Cluster) exportWatched(ctx context.Context, to io.Writer) error {
	for _, resource := range surroundings.Watched() {
		if resource.Resource == "namespaces" {
			continue
		}
		kind, err := c.reader.RESTMapper().KindFor(resource.WithVersion(""))
		if meta.IsNoMatchError(err) {
			continue // a cluster without a mesh has no kinds of one
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", resource, err)
		}
		err = c.each(ctx, kind, metav1.NamespaceAll, func(object *unstructured.Unstructured) error {
			return write(to, map[string]any{
				"apiVersion": kind.GroupVersion().String(), "kind": kind.Kind,
				"metadata": map[string]any{"name": object.GetName(), "namespace": object.GetNamespace()},
				"spec":     object.Object["spec"],
			})
		})
		if err != nil {
			return fmt.Errorf("reading %s: %w", resource, err)
		}
	}
	return nil
}

// matters leaves the labels or annotations that Sluice or Istio read.
func matters(all map[string]string) map[string]string {
	kept := map[string]string{}
	for key, value := range all {
		if surroundings.Matters(key) {
			kept[key] = value
		}
	}
	return kept
}

func write(to io.Writer, object any) error {
	// By way of JSON, which sorts keys, so that two exports can be compared.
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	if text, err = yaml.JSONToYAML(text); err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "---\n%s", text)
	return err
}
