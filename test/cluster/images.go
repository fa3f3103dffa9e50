package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/sluice-dev/sluice/release/image"
)

const (
	hub          = "sluice-test"
	pauseImage   = hub + "/pause:" + imageTag
	coreDNSImage = hub + "/coredns:" + imageTag
	baseTools    = "ca-certificates,curl,iproute2,iptables,netcat-openbsd,procps"
)

type images struct{ inert }

func (i images) Name() string { return "images" }

// A recipe is an image before it is made.
type recipe struct {
	tag    string
	based  bool // on Debian with a JRE
	files  []image.File
	config v1.Config
}

// recipes lists all images. Kafka's and ZooKeeper's have the names of the official
// ones, which they stand in for: a manifest then works on any cluster.
func (i images) recipes(ctx context.Context) ([]recipe, error) {
	envoy, err := i.envoy(ctx)
	if err != nil {
		return nil, err
	}
	istio, err := i.istioVersion()
	if err != nil {
		return nil, err
	}
	program := func(path, source string) image.File {
		return image.File{Path: path + filepath.Base(source), Source: source, Mode: 0o755}
	}
	const bin = "/usr/local/bin/"
	list := []recipe{
		{pauseImage, false, []image.File{program("/", i.bin("pause"))}, v1.Config{Entrypoint: []string{"/pause"}, User: "65532:65532"}},
		{coreDNSImage, false, []image.File{program("/", i.bin("coredns"))}, v1.Config{Entrypoint: []string{"/coredns"}}},
		{hub + "/pilot:" + istio, true, []image.File{program(bin, i.bin("pilot-discovery"))},
			v1.Config{Entrypoint: []string{bin + "pilot-discovery"}, User: "1337:1337"}},
		{hub + "/proxyv2:" + istio, true, []image.File{
			program(bin, i.bin("pilot-agent")), program(bin, envoy),
			{Path: "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json", Source: i.bin("envoy_bootstrap.json"), Mode: 0o644},
			{Path: "/etc/istio/proxy", Mode: 0o755, Owner: 1337},
			{Path: "/var/lib/istio/data", Mode: 0o755, Owner: 1337},
		}, v1.Config{Entrypoint: []string{bin + "pilot-agent"}, User: "1337:1337"}},
	}
	servers, err := i.servers(ctx)
	return append(list, servers...), err
}

// layers makes the tars of a recipe. Their names say what is in them.
func (i images) layers(ctx context.Context, r recipe) ([]string, error) {
	var paths []string
	if r.based {
		base, err := i.cached("layer-base.tar", []string{debianSuite, javaPackage, baseTools}, func(path string) error {
			return run(ctx, "mmdebstrap", "--quiet", "--variant=minbase", "--format=tar", "--include="+javaPackage+","+baseTools, debianSuite, path)
		})
		if err != nil {
			return nil, err
		}
		paths = append(paths, base)
	}
	var inputs []string
	for _, f := range r.files {
		inputs = append(inputs, fmt.Sprintf("%s %s %q %o %d", f.Path, f.Source, f.Content, f.Mode, f.Owner))
	}
	slices.Sort(inputs)
	name := "layer-" + strings.NewReplacer("/", "-", ":", "-").Replace(r.tag) + ".tar"
	path, err := i.cached(name, inputs, func(path string) error { return image.WriteFile(path, r.files...) })
	return append(paths, path), err
}

// Start gives containerd those images that it does not have as they are now.
func (i images) Start(ctx context.Context) error {
	record := filepath.Join(i.store(), "sluice-images.json")
	have := map[string]string{}
	if text, err := os.ReadFile(record); err == nil {
		if err := json.Unmarshal(text, &have); err != nil {
			return fmt.Errorf("%s: %w", record, err)
		}
	}
	recipes, err := i.recipes(ctx)
	if err != nil {
		return err
	}
	changed := map[string]v1.Image{}
	for _, r := range recipes {
		layers, err := i.layers(ctx, r)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("%q %+v", layers, r.config)
		if have[r.tag] == key {
			continue
		}
		have[r.tag] = key
		if changed[r.tag], err = image.Stack(r.config, layers...); err != nil {
			return err
		}
	}
	if len(changed) == 0 {
		return nil
	}
	say("importing %s", strings.Join(slices.Sorted(maps.Keys(changed)), ", "))
	if err := i.load(ctx, changed); err != nil {
		return err
	}
	text, err := json.Marshal(have)
	if err != nil {
		return err
	}
	return os.WriteFile(record, text, 0o644)
}

// load streams images into containerd; layers that several share go once.
func (c *Cluster) load(ctx context.Context, images map[string]v1.Image) error {
	tagged := map[name.Tag]v1.Image{}
	for tag, img := range images {
		parsed, err := name.NewTag(tag)
		if err != nil {
			return err
		}
		tagged[parsed] = img
	}
	out, in := io.Pipe()
	go func() { in.CloseWithError(tarball.MultiWrite(tagged, in)) }()
	cmd := exec.CommandContext(ctx, "ctr", c.ctr("images", "import", "-")...)
	cmd.Stdin = out
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ctr images import: %w\n%s", err, text)
	}
	return nil
}

// Load puts static programs, and the jar of the Kafka plug-in, into the running cluster
// as an image, by the recipe of the release's.
func (c *Cluster) Load(ctx context.Context, tag string, files ...string) error {
	if !c.running("containerd") {
		return fmt.Errorf("no cluster runs in %s: start it with make cluster", c.state)
	}
	var programs []image.Program
	var beside []image.File
	for _, file := range files {
		if filepath.Ext(file) == ".jar" {
			beside = append(beside, image.PlugIn(file))
			continue
		}
		programs = append(programs, image.Program{Source: file, Path: "/" + filepath.Base(file)})
	}
	img, err := image.New(image.About{Architecture: "amd64", Version: tag}, programs, beside...)
	if err != nil {
		return err
	}
	return c.load(ctx, map[string]v1.Image{tag: img})
}
