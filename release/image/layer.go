package image

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// File is an entry of a layer: a copy of the file Source, or Content, or, with
// neither, a directory.
type File struct {
	// Path is absolute, in the image.
	Path    string
	Source  string
	Content []byte
	Mode    int64
	// Owner is both user and group.
	Owner int
}

// WriteLayer writes files as a tar. Entries have no times: the same files in the same
// order give the same bytes.
func WriteLayer(to io.Writer, files ...File) error {
	w := tar.NewWriter(to)
	for _, f := range files {
		if err := f.write(w); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return w.Close()
}

func (f File) write(w *tar.Writer) error {
	header := &tar.Header{
		Typeflag: tar.TypeReg, Name: f.Path[1:], Mode: f.Mode, Uid: f.Owner, Gid: f.Owner, Size: int64(len(f.Content)), Format: tar.FormatUSTAR,
	}
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
	defer func() { _ = in.Close() }() // it was only read
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

// WriteFile writes files as a tar to path.
func WriteFile(path string, files ...File) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(WriteLayer(out, files...), out.Close())
}

// Stack is an image for amd64 of layers, tar files, under a configuration. It is for
// images that stay on the machine: layers are not compressed.
func Stack(config v1.Config, layers ...string) (v1.Image, error) {
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{Architecture: "amd64", OS: "linux", Config: config})
	if err != nil {
		return nil, err
	}
	for _, path := range layers {
		layer, err := openLayer(path)
		if err != nil {
			return nil, err
		}
		if image, err = mutate.AppendLayers(image, layer); err != nil {
			return nil, err
		}
	}
	return image, nil
}

// openLayer reads a tar once, for its digest.
func openLayer(path string) (*uncompressed, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // it was only read
	sum := sha256.New()
	size, err := io.Copy(sum, in)
	if err != nil {
		return nil, err
	}
	return &uncompressed{path, v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}, size}, nil
}

// uncompressed is a layer that is a tar: what never leaves a machine would only cost
// the time to pack and unpack it.
type uncompressed struct {
	path string
	hash v1.Hash
	size int64
}

func (l *uncompressed) Digest() (v1.Hash, error)             { return l.hash, nil }
func (l *uncompressed) DiffID() (v1.Hash, error)             { return l.hash, nil }
func (l *uncompressed) Compressed() (io.ReadCloser, error)   { return os.Open(l.path) }
func (l *uncompressed) Uncompressed() (io.ReadCloser, error) { return os.Open(l.path) }
func (l *uncompressed) Size() (int64, error)                 { return l.size, nil }
func (l *uncompressed) MediaType() (types.MediaType, error) {
	return types.DockerUncompressedLayer, nil
}
