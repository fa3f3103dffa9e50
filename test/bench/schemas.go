package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// kubernetesVersion is the version whose schemas kubeconform is given.
const kubernetesVersion = "1.36.0"

// schemaFiles are the schemas of the kinds in the manifests, and of their parts.
var schemaFiles = []string{"statefulset-apps-v1.json", "service-v1.json", "_definitions.json"}

// writeSchemas takes the schemas out of the wheel of kubernetes-validate, and
// returns the pattern by which kubeconform finds them. The schemas name each other
// by URL; without that, a reference is a file in the same directory.
func writeSchemas(directory, wheel string) (location string, err error) {
	archive, err := zip.OpenReader(wheel)
	if err != nil {
		return "", err
	}
	defer func() { _ = archive.Close() }()
	for _, name := range schemaFiles {
		file, err := archive.Open(path.Join("kubernetes_validate/kubernetes-json-schema", "v"+kubernetesVersion+"-local-strict", name))
		if err != nil {
			return "", err
		}
		schema, err := io.ReadAll(file)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		schema = bytes.ReplaceAll(schema, []byte(`"$id":`), []byte(`"x-id":`))
		schema = bytes.ReplaceAll(schema, []byte(`"/api/_definitions.json`), []byte(`"_definitions.json`))
		if err := os.WriteFile(filepath.Join(directory, name), schema, 0o600); err != nil {
			return "", err
		}
	}
	return filepath.Join(directory, "{{ .ResourceKind }}{{ .KindSuffix }}.json"), nil
}
