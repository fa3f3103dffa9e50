package settings_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/waivers"
)

func TestEveryKeyIsRead(t *testing.T) {
	read, err := settings.Load("testdata/full.yaml", pipeline.Names())
	if err != nil {
		t.Fatal(err)
	}
	want := settings.Settings{
		Mode: settings.Shadow,
		Mutators: map[string]settings.Mode{
			"hold-application": settings.Enforce, "quorum-listen": settings.Shadow,
			"shutdown-order": settings.Off, "init-ordering": settings.Enforce, "principal-builder": settings.Shadow, "service-links": settings.Off,
		},
		Actions: settings.Actions{
			RuleActions: settings.RuleActions{Default: verdict.ActionAudit, Rules: map[string]verdict.Action{
				"mesh": verdict.ActionDeny, "mesh/host-port": verdict.ActionOff,
			}},
			Namespaces: map[string]settings.RuleActions{
				"playground": {Default: verdict.ActionOff, Rules: map[string]verdict.Action{"security": verdict.ActionWarn}},
			},
		},
		Waivers: []waivers.Waiver{{
			Rule: "mesh/host-port", Namespace: "legacy", Name: "kafka", Container: "broker",
			Reason: "the old clients, until they have moved", Expires: "2099-12-31",
		}},
		Mesh: settings.Mesh{RootNamespace: "mesh-system", InboundDelivery: settings.DeliveryLocalhost},
		Identity: settings.Identity{
			Ports: []int{9092, 9093}, TrustDomain: "example.org", Image: "registry.example.org/sluice:1", ImageVolume: true, AssumeProxy: true,
		},
		Images: settings.Images{
			Registry: "mirror.example.com:5000/sluice", PullSecrets: []string{"mirror"},
			Wait: "ghcr.io/sluice-dev/sluice:v1.2.3",
		},
		InitOrdering: settings.InitOrdering{Timeout: 90 * time.Second},
	}
	if len(read.Distributions) != 1 || read.Distributions[0].Name != "our-kafka" || read.Distributions[0].Environment.Sources[0].Variables["OUR_AUTO"].True != "yes" {
		t.Errorf("the rows are %+v", read.Distributions)
	}
	want.Distributions = read.Distributions
	if !reflect.DeepEqual(read, want) {
		t.Errorf("got  %+v\nwant %+v", read, want)
	}
	// A key that the reader forgot would keep its default.
	full, defaults := reflect.ValueOf(read), reflect.ValueOf(settings.Default())
	for i := range full.NumField() {
		if reflect.DeepEqual(full.Field(i).Interface(), defaults.Field(i).Interface()) {
			t.Errorf("%s has its default: testdata/full.yaml or the reader lacks it", full.Type().Field(i).Name)
		}
	}
}

func TestWhatIsLeftOutHasItsDefault(t *testing.T) {
	for _, input := range []string{"", "# nothing\n", "---\n", "{}", "null\n", "\ufeff# with a byte order mark\n"} {
		read, err := settings.Parse([]byte(input), "settings.yaml", pipeline.Names())
		if err != nil {
			t.Errorf("%q: %v", input, err)
		}
		if !reflect.DeepEqual(read, settings.Default()) {
			t.Errorf("%q: got %+v, want the defaults", input, read)
		}
	}
	read, err := settings.Parse([]byte("mesh: {rootNamespace: mesh}\n"), "settings.yaml", settings.Names{})
	if err != nil {
		t.Fatal(err)
	}
	if read.Mesh.RootNamespace != "mesh" || read.Mesh.InboundDelivery != settings.DeliveryAuto || read.Mode != settings.Enforce {
		t.Errorf("got %+v", read)
	}
}

func TestAnchorsAreFollowed(t *testing.T) {
	read, err := settings.Parse([]byte("mode: &m shadow\nmutators: {service-links: *m}\n"), "s", pipeline.Names())
	if err != nil {
		t.Fatal(err)
	}
	if read.Mutators["service-links"] != settings.Shadow {
		t.Errorf("got %+v", read)
	}
}

func TestMistakesAreNamedWithTheirPositionAndWhatIsAllowed(t *testing.T) {
	for _, test := range []struct{ name, input, want string }{
		{"unknown key", "mdoe: shadow\n", `s.yaml:1:1: unknown key "mdoe": a settings file has mode, mutators, actions, waivers, mesh, identity, distributions, images and initOrdering`},
		{"unknown key below", "mesh:\n  rootNamespce: x\n", `s.yaml:2:3: unknown key "rootNamespce": mesh has rootNamespace and inboundDelivery`},
		{"unknown mutator", "mutators:\n  hold: off\n", `s.yaml:2:3: unknown key "hold": mutators has hold-application, quorum-listen, shutdown-order, init-ordering, principal-builder and service-links`},
		{"unknown mode", "mode: on\n", `s.yaml:1:7: "on" is not allowed here: use enforce, shadow or off`},
		{"unknown delivery", "mesh:\n  inboundDelivery: 127.0.0.1\n", `s.yaml:2:20: "127.0.0.1" is not allowed here: use auto, pod-ip or localhost`},
		{"no value", "mode:\n", `s.yaml:1:6: no value is not allowed here: use enforce, shadow or off`},
		{"a sequence for a mode", "mode: [off]\n", `s.yaml:1:7: a sequence is not allowed here: use enforce, shadow or off`},
		{"a number for a name", "mesh: {rootNamespace: 7}\n", `s.yaml:1:23: "7" is not allowed here: use a string that is not empty`},
		{"an empty name", "mesh: {rootNamespace: ''}\n", `s.yaml:1:23: "" is not allowed here: use a string that is not empty`},
		{"a list of modes", "mutators: [service-links]\n", `s.yaml:1:11: mutators is a mapping of hold-application,`},
		{"the root is a list", "- mode: off\n", `s.yaml:1:1: a settings file is a mapping of mode, mutators, actions, waivers, mesh, identity, distributions, images and initOrdering`},
		{"a key twice", "mode: off\nmode: shadow\n", `s.yaml:2:1: mode stands here a second time; the first is in line 1`},
		{"a mutator twice", "mutators:\n  service-links: off\n  service-links: off\n", `s.yaml:3:3: service-links stands here a second time; the first is in line 2`},
		{"two documents", "mode: off\n---\nmode: off\n", `s.yaml:2:1: a settings file holds one document, and this is a second one`},
		{"a merge key", "a: &a {mode: off}\n<<: *a\n", `s.yaml:2:1: unknown key "<<"`},
		{"no YAML", "mode: {\n", `s.yaml:2:1: `},
		{"a tab", "mesh:\n\trootNamespace: x\n", `s.yaml:2:1: `},
		{"an image that moves", "images: {wait: 'sluice:latest'}\n", `s.yaml:1:16: "sluice:latest" is not allowed here: the tag latest moves`},
		{"an image without a tag", "images: {wait: sluice}\n", `s.yaml:1:16: "sluice" is not allowed here: use an image with a digest, or with a tag other than latest`},
		{"a time without a unit", "initOrdering: {timeout: 90}\n", `s.yaml:1:25: "90" is not allowed here: use a time such as 90s or 3m`},
		{"a Secret for many", "images: {pullSecrets: mirror}\n", `s.yaml:1:23: pullSecrets is a list of names of Secrets`},
		{"an unknown action", "actions: {default: block}\n", `s.yaml:1:20: "block" is not allowed here: use deny, warn, audit or off`},
		{"an unknown rule", "actions:\n  rules: {mesh/host-prot: off}\n", `s.yaml:2:11: there is neither a rule nor a group of rules called "mesh/host-prot"`},
		{"half a group", "actions:\n  rules: {me: off}\n", `s.yaml:2:11: there is neither a rule nor a group of rules called "me"`},
		{"an unknown rule in a namespace", "actions: {namespaces: {a: {rules: {x: off}}}}\n", `s.yaml:1:36: there is neither`},
		{"actions of a namespace that are none", "actions: {namespaces: {a: off}}\n", `s.yaml:1:27: actions.namespaces.a is a mapping of default and rules`},
		{"a namespace twice", "actions:\n  namespaces:\n    a: {}\n    a: {}\n", `s.yaml:4:5: a stands here a second time; the first is in line 3`},
		{"a rule without an action", "actions: {rules: {mesh: }}\n", `no value is not allowed here: use deny, warn, audit or off`},
		{"a list of rules", "actions: {rules: [mesh]}\n", `s.yaml:1:18: actions.rules is a mapping`},
		{"a waiver without an end", "waivers:\n  - {rule: mesh/host-port, reason: x}\n", `s.yaml:2:5: expires is missing: a waiver says which rule, why, and until when`},
		{"a waiver of an unknown rule", "waivers: [{rule: mesh/x, reason: x, expires: 2027-01-01}]\n", `s.yaml:1:18: there is no rule called "mesh/x"`},
		{"a waiver for what it cannot name", "waivers: [{rule: mesh/host-port, kind: Pod, reason: x, expires: 2027-01-01}]\n", `s.yaml:1:34: unknown key "kind": a waiver has rule, container, namespace, name, reason and expires`},
		{"both mistakes are named, first", "mode: on\nmesh: {x: y}\n", `s.yaml:1:7: `},
		{"both mistakes are named, second", "mode: on\nmesh: {x: y}\n", `s.yaml:2:8: `},
	} {
		t.Run(test.name, func(t *testing.T) {
			read, err := settings.Parse([]byte(test.input), "s.yaml", pipeline.Names())
			if err == nil {
				t.Fatalf("read as %+v", read)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestAFileThatCannotBeReadIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.yaml")
	if _, err := settings.Load(missing, settings.Names{}); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("got %v", err)
	}
	huge := filepath.Join(t.TempDir(), "huge.yaml")
	if err := os.WriteFile(huge, []byte(strings.Repeat("#\n", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.Load(huge, settings.Names{}); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	full, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full)
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("? [mode]\n: off\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := settings.Parse(data, "s", pipeline.Names())
		if err == nil && (!read.Mode.Valid() || read.Mesh.RootNamespace == "") {
			t.Errorf("accepted %+v", read)
		}
	})
}

func TestAMirrorTakesThePlaceOfTheRegistry(t *testing.T) {
	images := settings.Images{Registry: "mirror.example.com/sluice"}
	for image, want := range map[string]string{
		"ghcr.io/sluice-dev/sluice:v1":      "mirror.example.com/sluice/sluice-dev/sluice:v1",
		"localhost/sluice:v1":               "mirror.example.com/sluice/sluice:v1",
		"registry:5000/a/b/sluice@sha256:0": "mirror.example.com/sluice/a/b/sluice@sha256:0",
		"sluice-dev/sluice:v1":              "mirror.example.com/sluice/sluice-dev/sluice:v1",
		"sluice:v1":                         "mirror.example.com/sluice/sluice:v1",
	} {
		if got := images.From(image); got != want {
			t.Errorf("%s: got %s, want %s", image, got, want)
		}
	}
	if got := new(settings.Images).From("sluice:v1"); got != "sluice:v1" {
		t.Errorf("without a mirror: %s", got)
	}
}
