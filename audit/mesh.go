package audit

import (
	"cmp"
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
)

// meshConfigMaps are the ConfigMaps that may hold a mesh configuration.
func (c *Cluster) meshConfigMaps(ctx context.Context) ([]corev1.ConfigMap, error) {
	var list corev1.ConfigMapList
	if err := c.reader.List(ctx, &list, client.InNamespace(c.names.RootNamespace)); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(config corev1.ConfigMap) bool {
		_, holds := config.Data[surroundings.MeshConfigKey]
		return !holds || !surroundings.MeshConfigMap(config.Name)
	}), nil
}

// meshes tells the control planes by the Deployments of istiod: the label of its
// revision, and the tag of its image for its version.
func (c *Cluster) meshes() []Mesh {
	list := []Mesh{}
	for i := range c.planes {
		mesh := Mesh{Revision: cmp.Or(c.planes[i].Labels["istio.io/rev"], "default"), Version: "unknown"}
		for _, container := range c.planes[i].Spec.Template.Spec.Containers {
			image, _, _ := strings.Cut(container.Image, "@")
			// A colon before the last slash is that of a registry's port.
			if at := strings.LastIndexByte(image, ':'); container.Name == "discovery" && at > strings.LastIndexByte(image, '/') {
				mesh.Version = image[at+1:]
			}
		}
		list = append(list, mesh)
	}
	slices.SortFunc(list, func(a, b Mesh) int { return cmp.Compare(a.Revision, b.Revision) })
	return list
}

// namespace says how a namespace stands to the mesh and to Sluice.
func (c *Cluster) namespace(name string, pods int, s settings.Settings) Namespace {
	labels, annotations := c.namespaces[name].labels, c.namespaces[name].annotations
	described := Namespace{Name: name, Mesh: "none", Mode: cmp.Or(annotations[mutators.ModeAnnotation], string(s.Mode)), Pods: pods}
	switch {
	case labels["istio-injection"] != "":
		described.Mesh = "sidecar (istio-injection=" + labels["istio-injection"] + ")"
		if labels["istio-injection"] != "enabled" {
			described.Mesh = "none (istio-injection=" + labels["istio-injection"] + ")"
		}
	case labels["istio.io/rev"] != "":
		described.Mesh = "sidecar (istio.io/rev=" + labels["istio.io/rev"] + ")"
	case labels["istio.io/dataplane-mode"] == "ambient":
		described.Mesh = "ambient"
	}
	return described
}
