package policies

import (
	"slices"
	"testing"

	"github.com/sluice-dev/sluice/surroundings"
)

// valuesOf returns the facts of the first process of a manifest by their names.
func valuesOf(t *testing.T, manifest string, around surroundings.Surroundings) map[string]any {
	t.Helper()
	w, _ := recognised(t, manifest)
	values := make(map[string]any)
	for _, fact := range Facts(t.Context(), w, w.Processes[0], around) {
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
		for _, around := range []world{modern, old, outside, unknown} {
			w, doc := recognised(t, manifest)
			facts := Facts(t.Context(), w, w.Processes[0], around)
			for i, definition := range Definitions() {
				fact := facts[i]
				if fact.Name != definition.Name || kindOf(fact.Value) != definition.Kind {
					t.Errorf("%s: %+v is not of %+v", name, fact, definition)
				}
				if text, ok := fact.Value.(string); ok && definition.Values != nil && !slices.Contains(definition.Values, text) {
					t.Errorf("%s: %s is %q, which is none of %q", name, fact.Name, text, definition.Values)
				}
				if fact.Node == nil || doc.Position(fact.Node).Line == 0 {
					t.Errorf("%s: %s is nowhere", name, fact.Name)
				}
			}
		}
	}
}

func TestDefinitionsAreUniqueAndSayWhatTheyMean(t *testing.T) {
	seen := make(map[string]bool)
	for _, definition := range Definitions() {
		if seen[definition.Name] || definition.Meaning == "" {
			t.Errorf("%s is there twice, or means nothing", definition.Name)
		}
		seen[definition.Name] = true
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
