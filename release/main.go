// Command release builds what Sluice ships: an image for several architectures as an
// OCI layout, with an SBOM for each, and archives of the program for people. Building
// the same revision again, on any machine, gives the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/sluice-dev/sluice/release/image"
)

func main() {
	var r release
	flag.StringVar(&r.root, "root", "..", "the project")
	flag.StringVar(&r.out, "out", "../dist", "where to write")
	flag.StringVar(&r.about.Version, "version", "", "the version")
	flag.StringVar(&r.plugIn, "plug-in", "../bin/sluice-principal.jar", "the jar of the Kafka plug-in, which make principal builds")
	architectures := flag.String("architectures", "amd64,arm64", "for which to build the image, separated by commas")
	flag.BoolVar(&r.archives, "archives", false, "build archives of the program for other systems too")
	flag.StringVar(&r.push, "push", "", "push the image under this name, as in ghcr.io/sluice-dev/sluice:v1.0.0")
	flag.Parse()
	r.architectures = strings.Split(*architectures, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := r.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release is one run.
type release struct {
	root, out, push, plugIn string
	about                   image.About
	architectures           []string
	archives                bool
}

func (r *release) run(ctx context.Context) error {
	if r.about.Version == "" {
		return errors.New("name the version with -version")
	}
	if _, err := os.Stat(r.plugIn); err != nil {
		return fmt.Errorf("the image holds the Kafka plug-in, and make principal has not built it: %w", err)
	}
	if err := r.revise(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	images, sboms, err := r.images(ctx)
	if err != nil {
		return err
	}
	index, err := image.Index(images...)
	if err != nil {
		return err
	}
	if err := r.write(index); err != nil {
		return err
	}
	if r.archives {
		if err := r.pack(ctx); err != nil {
			return err
		}
	}
	if r.push == "" {
		return nil
	}
	return r.publish(ctx, index, sboms)
}

// revise asks git what is built, and when it was written. SOURCE_DATE_EPOCH replaces
// the time, as everywhere.
func (r *release) revise(ctx context.Context) error {
	command := exec.CommandContext(ctx, "git", "log", "-1", "--format=%H %ct")
	command.Dir = r.root
	text, err := command.Output()
	if err != nil {
		return fmt.Errorf("asking git for the revision: %w", err)
	}
	revision, seconds, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	if given := os.Getenv("SOURCE_DATE_EPOCH"); given != "" {
		seconds = given
	}
	created, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("the time of the revision: %w", err)
	}
	r.about.Revision, r.about.Created = revision, time.Unix(created, 0)
	return nil
}

// images builds the image of each architecture and its SBOM, which refers to it.
func (r *release) images(ctx context.Context) (images, sboms []v1.Image, err error) {
	directory, err := os.MkdirTemp("", "sluice-release-")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(directory) }()
	for _, architecture := range r.architectures {
		built, err := buildAll(ctx, r.root, directory, r.about.Version, architecture)
		if err != nil {
			return nil, nil, err
		}
		about := r.about
		about.Architecture = architecture
		made, err := image.New(about, built, image.PlugIn(r.plugIn))
		if err != nil {
			return nil, nil, err
		}
		sbom, err := image.SBOM(about, built, image.PlugIn(r.plugIn))
		if err != nil {
			return nil, nil, err
		}
		if err := os.WriteFile(filepath.Join(r.out, "sluice-"+architecture+".cdx.json"), sbom, 0o644); err != nil {
			return nil, nil, err
		}
		attached, err := image.Attach(made, sbom)
		if err != nil {
			return nil, nil, err
		}
		images, sboms = append(images, made), append(sboms, attached)
	}
	return images, sboms, nil
}

// write writes the index as an OCI layout, which skopeo, crane and containerd read.
func (r *release) write(index v1.ImageIndex) error {
	directory := filepath.Join(r.out, "image")
	if err := os.RemoveAll(directory); err != nil {
		return err
	}
	if _, err := layout.Write(directory, index); err != nil {
		return err
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	fmt.Println(digest)
	return os.WriteFile(filepath.Join(r.out, "image.digest"), []byte(digest.String()+"\n"), 0o644)
}

// publish pushes the image, and the SBOMs beside it.
func (r *release) publish(ctx context.Context, index v1.ImageIndex, sboms []v1.Image) error {
	reference, err := name.ParseReference(r.push)
	if err != nil {
		return err
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	if err := remote.WriteIndex(reference, index, options...); err != nil {
		return fmt.Errorf("pushing %s: %w", reference, err)
	}
	for _, sbom := range sboms {
		digest, err := sbom.Digest()
		if err != nil {
			return err
		}
		if err := remote.Write(reference.Context().Digest(digest.String()), sbom, options...); err != nil {
			return fmt.Errorf("pushing the SBOM of %s: %w", reference, err)
		}
	}
	return nil
}
