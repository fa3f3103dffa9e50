package e2e

import (
	"bytes"
	"embed"
	"errors"
	"io"
	"maps"
	"testing"
	"text/template"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// The manifests are templates: what differs between the halves of a claim, and
// nothing else, is a value.
//
//go:embed manifests
var manifests embed.FS

// render reads the objects of a manifest for a namespace.
func render(t *testing.T, namespace, name string, values map[string]any) []*unstructured.Unstructured {
	t.Helper()
	parsed, err := template.New(name).Option("missingkey=error").ParseFS(manifests, "manifests/"+name)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{"Namespace": namespace}
	maps.Copy(all, values)
	var text bytes.Buffer
	if err := parsed.Execute(&text, all); err != nil {
		t.Fatal(err)
	}
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(&text, 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			return objects
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if object.Object == nil {
			continue
		}
		object.SetNamespace(namespace)
		objects = append(objects, object)
	}
}
