package image

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

var about = About{Architecture: "arm64", Version: "v1.2.3", Revision: "abc", Created: time.Unix(1_700_000_000, 0)}

// program builds a program of this module, in a directory of its own.
func program(t *testing.T, architecture string) Program {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", file, "./testdata/hello")
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return Program{Source: file, Path: "/hello"}
}

// besides is a file that is no program.
func besides(t *testing.T) File {
	t.Helper()
	jar := filepath.Join(t.TempDir(), "any.jar")
	if err := os.WriteFile(jar, []byte("a jar"), 0o600); err != nil {
		t.Fatal(err)
	}
	return PlugIn(jar)
}

func TestTheSameProgramGivesTheSameBytes(t *testing.T) {
	var digests []string
	for range 2 {
		arm, intel := about, about
		intel.Architecture = "amd64"
		first, err := New(arm, []Program{program(t, "arm64")}, besides(t))
		if err != nil {
			t.Fatal(err)
		}
		second, err := New(intel, []Program{program(t, "amd64")}, besides(t))
		if err != nil {
			t.Fatal(err)
		}
		index, err := Index(first, second)
		if err != nil {
			t.Fatal(err)
		}
		digest, err := index.Digest()
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, digest.String())
		time.Sleep(1100 * time.Millisecond) // times in full seconds would differ
	}
	if digests[0] != digests[1] {
		t.Errorf("%v", digests)
	}
}

func TestTheImageHoldsTheProgramAndThePlugInAndNobodyOwnsThem(t *testing.T) {
	made, err := New(about, []Program{program(t, "arm64")}, besides(t))
	if err != nil {
		t.Fatal(err)
	}
	config, err := made.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Config.User != "65532:65532" || !slices.Equal(config.Config.Entrypoint, []string{"/hello"}) || config.Architecture != "arm64" || config.OS != "linux" {
		t.Errorf("%+v", config)
	}
	if got := config.Config.Labels["org.opencontainers.image.version"]; got != "v1.2.3" || !config.Created.Equal(about.Created) {
		t.Errorf("version %q, created %s", got, config.Created)
	}
	files := tar.NewReader(mutate.Extract(made))
	header, err := files.Next()
	if err != nil {
		t.Fatal(err)
	}
	if header.Name != "hello" || header.Mode != 0o755 || header.Uid != 0 {
		t.Errorf("%+v", header)
	}
	if header, err = files.Next(); err != nil || "/"+header.Name != plugInPath || header.Mode != 0o644 || header.Uid != 0 {
		t.Errorf("%+v: %v", header, err)
	}
	if content, err := io.ReadAll(files); err != nil || string(content) != "a jar" {
		t.Errorf("%q: %v", content, err)
	}
	if _, err := files.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("there is more: %v", err)
	}
}

func TestTheSBOMNamesWhatTheProgramWasBuiltFrom(t *testing.T) {
	built := program(t, "arm64")
	text, err := SBOM(about, []Program{built}, besides(t))
	if err != nil {
		t.Fatal(err)
	}
	var read cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(strings.NewReader(string(text)), cyclonedx.BOMFileFormatJSON).Decode(&read); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, component := range *read.Components {
		if component.Version == "" {
			t.Errorf("%s has no version", component.Name)
		}
		names = append(names, component.Name)
	}
	for _, want := range []string{"std", "github.com/google/go-containerregistry", plugInPath} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s in %v", want, names)
		}
	}
	made, err := New(about, []Program{built})
	if err != nil {
		t.Fatal(err)
	}
	attached, err := Attach(made, text)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := attached.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := made.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if manifest.Subject == nil || manifest.Subject.Digest != digest || len(manifest.Layers) != 1 {
		t.Errorf("%+v", manifest)
	}
}

func TestAProgramThatIsMissingIsSaid(t *testing.T) {
	missing := Program{Source: "testdata/missing", Path: "/missing"}
	if _, err := New(about, []Program{missing}); err == nil || !strings.Contains(err.Error(), "testdata/missing") {
		t.Errorf("%v", err)
	}
	if _, err := SBOM(about, []Program{missing}); err == nil || !strings.Contains(err.Error(), "testdata/missing") {
		t.Errorf("%v", err)
	}
	jar := PlugIn("testdata/missing.jar")
	if _, err := New(about, nil, jar); err == nil || !strings.Contains(err.Error(), "missing.jar") {
		t.Errorf("%v", err)
	}
	if _, err := SBOM(about, nil, jar); err == nil || !strings.Contains(err.Error(), "missing.jar") {
		t.Errorf("%v", err)
	}
}
