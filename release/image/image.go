// Package image is the recipe of the images that Sluice ships: static programs, files
// beside them, and a user that owns nothing. Equal programs and files give equal bytes.
package image

import (
	"bytes"
	"io"
	"path"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// user is nobody in particular: neither a user of any host, nor root.
const user = "65532:65532"

// Program is a static program of an image.
type Program struct {
	// Source is the file.
	Source string
	// Path is where it is in the image; the first one's is what the image runs.
	Path string
}

// About describes an image.
type About struct {
	// Architecture is Go's name for it, as in arm64. The system is linux.
	Architecture string
	// Version and Revision say what the programs were built from.
	Version, Revision string
	// Created is when that was written, so that building again changes nothing.
	Created time.Time
}

// labels are those of the Open Container Initiative.
func (a About) labels() map[string]string {
	return map[string]string{
		"org.opencontainers.image.title":    "sluice",
		"org.opencontainers.image.source":   "https://github.com/sluice-dev/sluice",
		"org.opencontainers.image.licenses": "Apache-2.0",
		"org.opencontainers.image.version":  a.Version,
		"org.opencontainers.image.revision": a.Revision,
	}
}

// New returns the image of programs, and of files beside them.
func New(about About, programs []Program, beside ...File) (v1.Image, error) {
	layer, err := newLayer(programs, beside)
	if err != nil {
		return nil, err
	}
	config := &v1.ConfigFile{
		OS: "linux", Architecture: about.Architecture, Created: v1.Time{Time: about.Created.UTC()},
		Config: v1.Config{
			Entrypoint: []string{programs[0].Path}, User: user, WorkingDir: "/", Labels: about.labels(),
			Env: []string{"PATH=" + path.Dir(programs[0].Path)},
		},
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err := mutate.ConfigFile(base, config)
	if err != nil {
		return nil, err
	}
	return mutate.Append(image, mutate.Addendum{
		Layer:   layer,
		History: v1.History{Created: v1.Time{Time: about.Created.UTC()}, CreatedBy: "sluice release", Comment: "static programs, and what they hand out"},
	})
}

// newLayer packs programs and files, in the order given.
func newLayer(programs []Program, beside []File) (v1.Layer, error) {
	var files []File
	for _, program := range programs {
		files = append(files, File{Path: program.Path, Source: program.Source, Mode: 0o755})
	}
	var packed bytes.Buffer
	if err := WriteLayer(&packed, append(files, beside...)...); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(packed.Bytes())), nil
	}, tarball.WithMediaType(types.OCILayer))
}

// Index gathers the images of several architectures under one name.
func Index(images ...v1.Image) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, image := range images {
		config, err := image.ConfigFile()
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: config.OS, Architecture: config.Architecture}},
		})
	}
	return index, nil
}
