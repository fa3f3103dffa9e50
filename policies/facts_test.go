package policies

import (
	"cmp"
	"slices"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// valuesOf returns the facts of the first process of a manifest by their names.
func valuesOf(t *testing.T, manifest string, around surroundings.Surroundings) map[string]any {
	t.Helper()
	w, _ := recognised(t, manifest)
	return named(Facts(t.Context(), w, around)[0])
}

// named returns the values of the facts of a sheet by their names.
func named(sheet Sheet) map[string]any {
	values := make(map[string]any)
	for _, fact := range sheet.Facts {
		values[fact.Name] = fact.Value
	}
	return values
}

func TestFactsKeepToTheirDefinitions(t *testing.T) {
	manifests := map[string]string{
		"broker":    podOf(held, "containers: ["+kafka+"]"),
		"bare":      "apiVersion: v1\nkind: Pod\nspec: {containers: [" + kafka + "]}",
		"malformed": podOf("proxy.istio.io/config: '['", "containers: ["+kafka+"]"),
		"hidden":    podOf("", `containers: [{name: zk, image: my/zk, command: [zkServer.sh, start-foreground]}]`),
		"zookeeper": podOf(held, zookeeper("zookeeper:3.8.4", threeServers)),
		"injected":  podOf("", "containers: ["+kafka+", {name: istio-proxy}]"),
	}
	for name, manifest := range manifests {
		for _, around := range []surroundings.Surroundings{modern, old, outside, unknown, described(t, surrounded)} {
			w, doc := recognised(t, manifest)
			for _, sheet := range Facts(t.Context(), w, around) {
				keepsToDefinitions(t, name, sheet, doc)
			}
		}
	}
	for name, object := range map[string]string{"filter": brokerFilter, "nothing": "apiVersion: networking.istio.io/v1\nkind: EnvoyFilter\nspec: {configPatches: [{patch: {value: {name: kafka}}}]}"} {
		doc := read(t, object)
		sheets := ObjectFacts(t.Context(), doc.Root, "kafka", surroundings.None{})
		if len(sheets) == 0 {
			t.Errorf("%s: nothing is known of it", name)
		}
		for _, sheet := range sheets {
			keepsToDefinitions(t, name, sheet, doc)
		}
	}
}

func keepsToDefinitions(t *testing.T, name string, sheet Sheet, doc *document.Document) {
	t.Helper()
	for i, definition := range classOf(sheet.Subject).Definitions() {
		fact := sheet.Facts[i]
		if fact.Name != definition.Name || kindOf(fact.Value) != definition.Kind {
			t.Errorf("%s: %+v is not of %+v", name, fact, definition)
		}
		if text, ok := fact.Value.(string); ok && definition.Values != nil && !slices.Contains(definition.Values, text) {
			t.Errorf("%s: %s is %q, which is none of %q", name, fact.Name, text, definition.Values)
		}
		if fact.Place.Node == nil || fact.Place.Position(cmp.Or(fact.In.Document, doc)).Line == 0 {
			t.Errorf("%s: %s is nowhere", name, fact.Name)
		}
	}
}

func TestDefinitionsAreUniqueAndSayWhatTheyMean(t *testing.T) {
	subjects := make(map[Subject]bool)
	for _, class := range Classes() {
		for _, subject := range class.Subjects {
			if subjects[subject] || class.Meaning == "" {
				t.Errorf("%s is there twice, or means nothing", subject)
			}
			subjects[subject] = true
		}
		seen := make(map[string]bool)
		for _, definition := range class.Definitions() {
			if seen[definition.Name] || definition.Meaning == "" {
				t.Errorf("%s of %s is there twice, or means nothing", definition.Name, class.Subjects)
			}
			seen[definition.Name] = true
		}
	}
}

func TestFactsOfAPod(t *testing.T) {
	const secret = `valueFrom: {secretKeyRef: {name: s, key: k}}`
	tests := []struct {
		name, manifest string
		fact           string
		want           any
	}{
		{"role of a combined node", podOf("", "containers: ["+kafka+"]"), "subject", "broker"},
		{"role of a controller", podOf("", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: controller}]}]`), "subject", "controller"},
		{"container", podOf("", "containers: ["+kafka+"]"), "container", "kafka"},
		{"no annotation", podOf("", "containers: ["+kafka+"]"), "proxy_config", "absent"},
		{"an annotation", podOf(held, "containers: ["+kafka+"]"), "proxy_config", "valid"},
		{"no mistake", podOf(held, "containers: ["+kafka+"]"), "proxy_config_error", ""},
		{"default drain", podOf("", "containers: ["+kafka+"]"), "proxy_drain_seconds", 5},
		{"own drain", podOf("proxy.istio.io/config: 'terminationDrainDuration: 1m'", "containers: ["+kafka+"]"), "proxy_drain_seconds", 60},
		{"service links by default", "apiVersion: v1\nkind: Pod\nspec: {containers: [" + kafka + "]}", "service_links", true},
		{"service links off", podOf("", "containers: ["+kafka+"]"), "service_links", false},
		{"quorum size", podOf("", zookeeper("zookeeper:3.8.4", threeServers)), "quorum_size", 3},
		{"quorum of a broker", podOf("", "containers: ["+kafka+"]"), "quorum_size", 0},
		{"servers of Bitnami's image", podOf("", zookeeper("bitnami/zookeeper:3.8.4", `{name: ZOO_SERVERS, value: "a:2888:3888::1 b:2888:3888::2"}`)), "quorum_size", 2},
		{"servers of Confluent's image", podOf("", zookeeper("confluentinc/cp-zookeeper:7.9.0", `{name: ZOOKEEPER_SERVERS, value: "a:2888:3888;b:2888:3888;c:2888:3888"}`)), "quorum_size", 3},
		{"a client address is no server", podOf("", zookeeper("zookeeper:3.8.4", `{name: ZOO_SERVERS, value: "server.1=a:2888:3888;0.0.0.0:2181 server.2=b:2888:3888;0.0.0.0:2181"}`)), "quorum_size", 2},
		{"a client address is no wildcard", podOf("", zookeeper("zookeeper:3.8.4", `{name: ZOO_SERVERS, value: "server.1=a:2888:3888;0.0.0.0:2181 server.2=b:2888:3888;0.0.0.0:2181"}`)), "wildcard_server", false},
		{"version", podOf("", zookeeper("zookeeper:3.8.4", "")), "zookeeper_version_number", 30804},
		{"a version that moves", podOf("", zookeeper("zookeeper:3.5", "")), "zookeeper_version_number", 0},
		{"no version", podOf("", zookeeper("zookeeper:latest", "")), "zookeeper_version", ""},
		{"version of a broker", podOf("", "containers: ["+kafka+"]"), "zookeeper_version_number", 0},
		{"no authorizer", podOf("", "containers: ["+kafka+"]"), "authorizer", ""},
		{"everyone by default", podOf("", "containers: ["+kafka+"]"), "allow_everyone", "no"},
		{"everyone", podOf("", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND, value: "TRUE"}]}]`), "allow_everyone", "yes"},
		{"everyone, by a Secret", podOf("", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND, `+secret+`}]}]`), "allow_everyone", "unknown"},
		{"super users by a Secret", podOf("", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SUPER_USERS, `+secret+`}]}]`), "super_users_anonymous", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, test.manifest, modern)[test.fact]; got != test.want {
				t.Errorf("%s is %#v, want %#v", test.fact, got, test.want)
			}
		})
	}
}

func TestVersionNumber(t *testing.T) {
	tests := map[string]int{"3.8.4": 30804, "3.5.10": 30510, "3.5": 0, "": 0, "3.5.x": 0, "3.5.100": 0, "3.-1.0": 0, "1.2.3.4": 0}
	for version, want := range tests {
		if got := versionNumber(version); got != want {
			t.Errorf("%q: got %d, want %d", version, got, want)
		}
	}
}
