package image

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"os"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// sbomType is the media type of a CycloneDX document.
const sbomType types.MediaType = "application/vnd.cyclonedx+json"

// SBOM lists, as CycloneDX, the modules that programs were built from: what the Go
// toolchain wrote into the programs themselves, and not what a go.mod may have meant. Of
// the files beside them it has the sums.
func SBOM(about About, programs []Program, beside ...File) ([]byte, error) {
	var components []cyclonedx.Component
	seen := map[string]bool{}
	add := func(path, version string) {
		reference := "pkg:golang/" + path + "@" + version
		if seen[reference] {
			return
		}
		seen[reference] = true
		components = append(components, cyclonedx.Component{
			BOMRef: reference, Type: cyclonedx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: reference,
		})
	}
	for _, program := range programs {
		built, err := buildinfo.ReadFile(program.Source)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", program.Source, err)
		}
		add("std", strings.TrimPrefix(built.GoVersion, "go"))
		for _, module := range built.Deps {
			if module.Replace != nil {
				module = module.Replace
			}
			add(module.Path, module.Version)
		}
	}
	for _, file := range beside {
		content, err := os.ReadFile(file.Source)
		if err != nil {
			return nil, err
		}
		components = append(components, cyclonedx.Component{
			BOMRef: file.Path, Type: cyclonedx.ComponentTypeFile, Name: file.Path, Version: about.Version,
			Hashes: &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sha256.Sum256(content))}},
		})
	}
	document := cyclonedx.NewBOM()
	document.Metadata = &cyclonedx.Metadata{
		Timestamp: about.Created.UTC().Format("2006-01-02T15:04:05Z"),
		Component: &cyclonedx.Component{
			BOMRef: "sluice", Type: cyclonedx.ComponentTypeApplication, Name: "sluice", Version: about.Version,
			PackageURL: "pkg:golang/github.com/sluice-dev/sluice@" + about.Version,
			Licenses:   &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}},
		},
	}
	document.Components = &components
	var text bytes.Buffer
	encoder := cyclonedx.NewBOMEncoder(&text, cyclonedx.BOMFileFormatJSON)
	err := encoder.SetPretty(true).Encode(document)
	return text.Bytes(), err
}

// Attach returns an artifact that holds the SBOM of an image, and refers to it, so
// that registries list it among the image's referrers.
func Attach(image v1.Image, sbom []byte) (v1.Image, error) {
	digest, err := image.Digest()
	if err != nil {
		return nil, err
	}
	size, err := image.Size()
	if err != nil {
		return nil, err
	}
	media, err := image.MediaType()
	if err != nil {
		return nil, err
	}
	artifact := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), sbomType)
	artifact, err = mutate.AppendLayers(artifact, static.NewLayer(sbom, sbomType))
	if err != nil {
		return nil, err
	}
	return mutate.Subject(artifact, v1.Descriptor{MediaType: media, Digest: digest, Size: size}).(v1.Image), nil
}
