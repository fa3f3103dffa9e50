// Package image builds container images from files, without a registry, a daemon
// or a Dockerfile.
package image

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// A File is an entry of a layer: a copy of the file Source, or Content, or, with
// neither, a directory.
type File struct {
	Path    string // absolute, in the image
	Source  string
	Content []byte
	Mode    int64
	Owner   int // both user and group
}

// WriteLayer writes files as a tar to path. Entries have no times: the same files
// in the same order give the same bytes.
func WriteLayer(path string, files []File) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	w := tar.NewWriter(out)
	for _, f := range files {
		if err := f.write(w); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Close()
}

func (f File) write(w *tar.Writer) error {
	header := &tar.Header{Name: f.Path[1:], Mode: f.Mode, Uid: f.Owner, Gid: f.Owner, Typeflag: tar.TypeReg, Size: int64(len(f.Content))}
	if f.Source == "" {
		if f.Content == nil {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		_, err := w.Write(f.Content)
		return err
	}
	in, err := os.Open(f.Source)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	header.Size = info.Size()
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

// New stacks layers, tar files, under config.
func New(config v1.Config, layers ...string) (v1.Image, error) {
	img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{Architecture: "amd64", OS: "linux", Config: config})
	if err != nil {
		return nil, err
	}
	for _, path := range layers {
		l, err := openLayer(path)
		if err != nil {
			return nil, err
		}
		if img, err = mutate.AppendLayers(img, l); err != nil {
			return nil, err
		}
	}
	return img, nil
}

// Static is the image of one program without dependencies, as Sluice ships: it
// writes the layer to path and runs the program as a user that owns nothing.
func Static(path, program, entrypoint string) (v1.Image, error) {
	if err := WriteLayer(path, []File{{Path: entrypoint, Source: program, Mode: 0o755}}); err != nil {
		return nil, err
	}
	return New(v1.Config{Entrypoint: []string{entrypoint}, User: "65532:65532"}, path)
}

// A layer is a tar that is not compressed: what never leaves the machine would
// only cost the time to pack and unpack it.
type layer struct {
	path string
	hash v1.Hash
	size int64
}

func openLayer(path string) (*layer, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	sum := sha256.New()
	size, err := io.Copy(sum, in)
	if err != nil {
		return nil, err
	}
	return &layer{path, v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}, size}, nil
}

func (l *layer) Digest() (v1.Hash, error)             { return l.hash, nil }
func (l *layer) DiffID() (v1.Hash, error)             { return l.hash, nil }
func (l *layer) Compressed() (io.ReadCloser, error)   { return os.Open(l.path) }
func (l *layer) Uncompressed() (io.ReadCloser, error) { return os.Open(l.path) }
func (l *layer) Size() (int64, error)                 { return l.size, nil }
func (l *layer) MediaType() (types.MediaType, error)  { return types.DockerUncompressedLayer, nil }
