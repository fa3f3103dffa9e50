package mutators

import (
	"context"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
)

func TestTheTagOfAProxyTellsWhetherItCan(t *testing.T) {
	t.Parallel()
	for image, capable := range map[string]bool{
		"docker.io/istio/proxyv2:1.29.0":               true,
		"istio/proxyv2:1.29":                           true,
		"istio/proxyv2:1.31.1-distroless":              true,
		"registry:5000/istio/proxyv2:1.30.0@sha256:00": true,
		"istio/proxyv2:1.28.9":                         false,
		"istio/proxyv2:1.9.1":                          false,
		"istio/proxyv2:1.290000.1":                     false,
		"istio/proxyv2:2.0.0":                          false,
		"istio/proxyv2:latest":                         false,
		"istio/proxyv2:v1.29.0":                        false,
		"istio/proxyv2":                                false,
		"registry:1.29/proxyv2":                        false,
		"istio/proxyv2@sha256:00":                      false,
		"":                                             false,
	} {
		if capableProxy(image) != capable {
			t.Errorf("capableProxy(%q) = %t", image, !capable)
		}
	}
}

// meshed is a broker's pod as Istio leaves it.
func meshed(metadata string) string {
	return pod(metadata, "  serviceAccountName: kafka\n  initContainers:\n  - {name: istio-proxy, image: \"istio/proxyv2:1.29.0\", restartPolicy: Always}\n")
}

func TestPrincipalBuilderRunsOnlyWhereItIsAskedForByName(t *testing.T) {
	t.Parallel()
	asked := settings.Default()
	asked.Mutators = map[string]settings.Mode{"principal-builder": settings.Shadow}
	for _, test := range []struct {
		name, metadata string
		settings       settings.Settings
		namespace      []string
		silent         bool
	}{
		{"nobody asks", "", settings.Default(), nil, true},
		{"a mode for all is no request", annotated(`sluice.dev/mode: enforce`), settings.Default(), []string{"sluice.dev/mode", "enforce"}, true},
		{"the pod asks", annotated(`sluice.dev/principal-builder: enforce`), settings.Default(), nil, false},
		{"its namespace asks", "", settings.Default(), []string{"sluice.dev/principal-builder", "enforce"}, false},
		{"the settings ask", "", asked, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			review, _ := mutate(t, meshed(test.metadata), test.settings, injected(test.namespace...))
			if said := outcomes(review, "principal-builder"); (said == "") != test.silent {
				t.Errorf("it said %q", said)
			}
		})
	}
}

// filters is a world in the mesh whose filters are seen, by namespace/name.
type filters struct {
	surroundings.Surroundings
	seen   surroundings.Knowledge
	filter map[string]string
}

func (f filters) Object(_ context.Context, kind surroundings.Kind, namespace, name string) (surroundings.Object, surroundings.Knowledge) {
	text, ok := f.filter[namespace+"/"+name]
	if !ok || kind != surroundings.EnvoyFilter {
		return surroundings.Object{}, f.seen
	}
	for doc, err := range document.Read(document.NewFile("filter.yaml", []byte(text))) {
		if err == nil {
			return surroundings.Object{Root: doc.Root}, surroundings.Found
		}
	}
	return surroundings.Object{}, surroundings.Unknown
}

// A broker whose proxy writes no header refuses everybody, so what can be seen of the
// filters counts more than the settings.
func TestAListenerTakesTheIdentityOnlyWhereItsFilterIs(t *testing.T) {
	t.Parallel()
	filter, err := identity.Filter(9092, "istio-system")
	if err != nil {
		t.Fatal(err)
	}
	foreign := strings.ReplaceAll(filter, "sluice.dev/identity-9092", "app")
	asked := settings.Default()
	asked.Mutators = map[string]settings.Mode{"principal-builder": settings.Enforce}
	asked.Identity.Ports, asked.Identity.Image = []int{9092}, "sluice:1"
	for _, test := range []struct {
		name    string
		seen    surroundings.Knowledge
		filters map[string]string
		taken   bool
	}{
		{"nobody can see filters", surroundings.Unknown, nil, true},
		{"there is none", surroundings.Absent, nil, false},
		{"in the root namespace", surroundings.Absent, map[string]string{"istio-system/sluice-identity-9092": filter}, true},
		{"in the pod's namespace", surroundings.Absent, map[string]string{"streams/sluice-identity-9092": filter}, true},
		{"elsewhere", surroundings.Absent, map[string]string{"other/sluice-identity-9092": filter}, false},
		{"of another port", surroundings.Absent, map[string]string{"istio-system/sluice-identity-9093": filter}, false},
		{"for other pods", surroundings.Absent, map[string]string{"istio-system/sluice-identity-9092": foreign}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			world := filters{injected(), test.seen, test.filters}
			review, pod := mutate(t, strings.Replace(meshed(""), `"CLIENT://:9092"`, `"PLAINTEXT://:9092"`, 1), asked, world)
			if labelled := pod.At("metadata", "labels", identity.Label(9092)) != nil; labelled != test.taken {
				t.Errorf("taken over: %t; it said %s", labelled, outcomes(review, "principal-builder"))
			}
			if said := outcomes(review, "principal-builder"); !test.taken && said != "-no-filter" {
				t.Errorf("it said %s", said)
			}
		})
	}
}

// A script is changed once at most, so it gets the last property that is missing.
func TestWhatAScriptLacksOfTheIdentityGetsIntoIt(t *testing.T) {
	t.Parallel()
	asked := settings.Default()
	asked.Mutators = map[string]settings.Mode{"principal-builder": settings.Enforce}
	asked.Identity.Ports, asked.Identity.Image = []int{9092}, "sluice:1"
	const self = "spiffe://cluster.local/ns/streams/sa/kafka"
	overrides := []string{
		"process.roles=broker", "listeners=PLAINTEXT://:9092", "listener.security.protocol.map=PLAINTEXT:SSL",
		"listener.name.plaintext.ssl.engine.factory.class=" + engineFactoryClass,
		"listener.name.plaintext.principal.builder.class=" + principalBuilderClass,
		"sluice.identity.trust.domains=cluster.local", "sluice.identity.self=" + self, "inter.broker.listener.name=PLAINTEXT",
	}
	script := "exec kafka-server-start.sh /s.properties --override " + strings.Join(overrides, " --override ")
	start := func(script string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: kafka-0, namespace: streams}\nspec:\n  serviceAccountName: kafka\n" +
			"  initContainers:\n  - {name: istio-proxy, image: \"istio/proxyv2:1.29.0\", restartPolicy: Always}\n" +
			"  containers:\n  - {name: kafka, image: x, command: [sh, -c, \"" + script + "\"]}\n"
	}
	review, root := mutate(t, start(script), asked, injected())
	changed := root.At("spec", "containers").Items()[0].Get("command").Items()[2].Text()
	if want := script + " --override 'super.users=User:" + self + "'"; changed != want {
		t.Errorf("the script is\n%s\nwant\n%s\nit said %s", changed, want, outcomes(review, "principal-builder"))
	}

	without := strings.Replace(script, " --override sluice.identity.self="+self, "", 1)
	review, root = mutate(t, start(without), asked, injected())
	if said := outcomes(review, "principal-builder"); said != "-no-route" || root.At("spec", "containers").Items()[0].Get("command").Items()[2].Text() != without {
		t.Errorf("with two missing it said %s", said)
	}
}
