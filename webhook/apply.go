package webhook

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// installer is the field manager of what Apply applies. caBundle, which the servers
// keep, is theirs.
const installer = "sluice-install"

// Apply applies the objects of a text of YAML documents to a cluster, one after the
// other, and says of each that it was. What is there already is changed, unless
// somebody else owns a field that would be.
func Apply(ctx context.Context, kubeconfig string, text []byte, say func(what string) error) error {
	config, err := ClientConfig(kubeconfig)
	if err != nil {
		return err
	}
	if err := reach(ctx, config); err != nil {
		return err
	}
	c, err := client.New(config, client.Options{})
	if err != nil {
		return fmt.Errorf("asking the cluster at %s: %w", config.Host, err)
	}
	for document := range strings.SplitSeq(strings.TrimPrefix(string(text), "---\n"), "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &object.Object); err != nil {
			return err
		}
		name := strings.ToLower(object.GetKind()) + " " + object.GetName()
		if object.GetNamespace() != "" {
			name += " in " + object.GetNamespace()
		}
		if err := c.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner(installer)); err != nil {
			return fmt.Errorf("applying %s: %w", name, err)
		}
		if err := say("applied " + name); err != nil {
			return err
		}
	}
	return nil
}
