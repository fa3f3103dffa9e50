package workload

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sluice-dev/sluice/document"
)

func TestTheCatalogueIsSortedAndComplete(t *testing.T) {
	var names []string
	for _, d := range BuiltIn().Distributions() {
		names = append(names, d.Name)
		if !strings.HasPrefix(d.Reference, "https://") {
			t.Errorf("%s: reference %q is no page", d.Name, d.Reference)
		}
		if len(d.Ports) == 0 && d.Product != MirrorMakerProduct && d.Product != AnyProduct {
			t.Errorf("%s: no ports", d.Name)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %v", names)
	}
	want := []string{
		"apache-kafka", "bitnami-kafka", "bitnami-schema-registry", "bitnami-zookeeper", "cfk-client", "cfk-connect", "cfk-kafka",
		"cfk-rest-proxy", "cfk-schema-registry", "cfk-zookeeper", "confluent-client", "confluent-connect", "confluent-kafka",
		"confluent-rest-proxy", "confluent-schema-registry", "confluent-zookeeper", "cruise-control", "debezium-connect",
		"incubator-zookeeper", "k8skafka", "k8szk", "koperator-cruise-control", "koperator-kafka", "official-zookeeper",
		"plain-connect", "plain-kafka", "plain-mirrormaker", "plain-schema-registry", "plain-zookeeper", "pravega-zookeeper", "private-image",
		"strimzi-bridge", "strimzi-connect", "strimzi-cruise-control", "strimzi-kafka", "strimzi-mirrormaker", "strimzi-zookeeper",
		"tutorial-zookeeper", "wurstmeister-kafka", "wurstmeister-zookeeper", "yolean-kafka", "yolean-zookeeper",
	}
	for _, name := range want {
		if !slices.Contains(names, name) {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestEveryRowDescribesItsOwnImage(t *testing.T) {
	for _, d := range BuiltIn().Distributions() {
		if !d.declares() {
			continue // whoever runs the image gives a command
		}
		r := readCommand(BuiltIn(), document.NewMapping(), document.NewMapping(), []*Distribution{d})
		i := slices.IndexFunc(r.calls, func(c call) bool { return d.startOf(c, nil) != nil })
		if i < 0 {
			t.Errorf("%s: the image's own command line is none of its starts", d.Name)
			continue
		}
		want := Read
		if d.Environment == nil {
			want = NoContract
		}
		f := found{distribution: d, start: d.startOf(r.calls[i], nil), call: r.calls[i], row: d}
		if p := f.process(document.NewMapping(), document.NewMapping(), r); p.Reading != want {
			t.Errorf("%s: started by itself, the image's variables are %s, want %s", d.Name, p.Reading, want)
		}
	}
}

func TestEveryVariableOfATableGivesItsProperty(t *testing.T) {
	for _, d := range BuiltIn().Distributions() {
		if d.Environment == nil {
			continue
		}
		for i := range d.Environment.Sources {
			for name, entry := range d.Environment.Sources[i].Variables {
				checkVariable(t, d, name, entry)
			}
		}
	}
}

func checkVariable(t *testing.T, d *Distribution, name string, entry *Variable) {
	t.Helper()
	if !isVariableName(name) {
		t.Errorf("%s: %q is no variable", d.Name, name)
	}
	if entry.read(entry.spell("true")) != "true" || entry.read(entry.spell("false")) != "false" {
		t.Errorf("%s: %s does not read what it spells", d.Name, name)
	}
	var properties []string
	for i := range d.Environment.Sources {
		properties = append(properties, d.Environment.Sources[i].properties(variable{name: name})...)
	}
	if !slices.Equal(properties, []string{entry.Property}) {
		t.Errorf("%s: %s becomes %v, want only %s", d.Name, name, properties, entry.Property)
	}
}

func TestARuleAndItsReverseAgree(t *testing.T) {
	properties := []string{
		"listeners", "principal.builder.class", "super.users", "listener.name.sasl_ssl.principal.builder.class", "a_b", "a-b", "a.b_c-d",
		"quorumListenOnAllIPs", "ssl.quorum.hostnameVerification", "4lw.commands.whitelist", "zookeeper.clientCnxnSocket", "",
	}
	spelled := 0
	for _, d := range BuiltIn().Distributions() {
		if d.Environment == nil {
			continue
		}
		for _, source := range d.Environment.Sources {
			if source.Rule == nil {
				continue
			}
			for _, property := range properties {
				name, ok := source.Rule.variable(property)
				if !ok {
					continue
				}
				spelled++
				if back, ok := source.Rule.property(name); !ok || back != property {
					t.Errorf("%s: %q is set by %s, which sets %q", d.Name, property, name, back)
				}
			}
		}
	}
	if spelled < 15 {
		t.Errorf("only %d properties could be spelled at all", spelled)
	}
}

func TestARowThatIsWrongSaysWhere(t *testing.T) {
	const row = `name: x
title: X
product: kafka
starts: [{program: x.sh, anywhere: true}]
serviceLinks: ignored
`
	if _, err := readDistribution([]byte(row)); err != nil {
		t.Fatalf("a right row: %v", err)
	}
	for _, test := range []struct{ change, to, want string }{
		{"title: X", "titel: X", "titel"},
		{"title: X\n", "", "name and title"},
		{"product: kafka", "product: pulsar", `product: "pulsar"`},
		{"starts: [{program: x.sh, anywhere: true}]", "starts: []", "starts: there must be one"},
		{"{program: x.sh, anywhere: true}", "{program: x.sh, class: y, anywhere: true}", "starts[0]"},
		{"{program: x.sh, anywhere: true}", "{program: x.sh}", "starts[0]: without images"},
		{"{program: x.sh, anywhere: true}", "{program: x.sh, anywere: true}", "anywere"},
		{"product: kafka", "product: any", "product: any is told by an annotation alone"},
		{"serviceLinks: ignored", "serviceLinks: maybe", `serviceLinks: "maybe"`},
		{"serviceLinks: ignored", "serviceLinks: stop-start", `linkVariable: ""`},
		{"serviceLinks: ignored", "serviceLinks: become-settings\nlinkVariable: KAFKA", `linkVariable: "KAFKA"`},
		{"serviceLinks: ignored", "serviceLinks: ignored\nowner: {operator: X}", "owner: operator, labels"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nowner: {operator: X, labels: [x], resource: Y, properties: p, annotations: a, compares: [[status]]}", "owner.compares[0]"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nimages: [{repository: \"*\"}]", "images[0]"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nimages: [{repository: \"\"}]", "images[0]"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nversion: {tags: [\"[0-9]+\"]}", "version.tags"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nconfiguration: [{directory: conf, file: x, effect: replaces}]", "configuration[0]"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nconfiguration: [{directory: /conf, file: x, effect: eats}]", "configuration[0].effect"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nconfiguration: [{directory: /conf, file: x, effect: replaces, writtenBy: y}]", "configuration[0].writtenBy"},
		{"anywhere: true}", "anywhere: true, options: {tick: tickTime}}", "starts[0].options"},
		{"anywhere: true}", "anywhere: true, options: {--tick: \"\"}}", "starts[0].options"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nrewrite: {script: /a/x, copy: /b/x, before: y}", "rewrite: give script"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nrewrite: {script: /a/x, copy: /b/z, before: y, file: f}", "rewrite: the copy"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nrewrite: {script: /a/x, copy: /b/x, before: y+, file: f}", "must mean themselves"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nrewrite: {script: /a/x, copy: /b/x, before: y#, file: f}", "must mean themselves"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nrewrite: {script: /a/x, copy: /b/x, before: y, file: \"$F&\"}", "must mean themselves"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nenvironment: {sources: [{}]}", "environment.sources[0]: give exactly one"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nenvironment: {sources: [{list: {variable: X}}]}", "environment.sources[0]: list"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nenvironment: {sources: [{rule: {}}]}", "environment.sources[0]: rule"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nenvironment: {sources: [{rule: {prefix: X, replace: [{from: _}]}}]}", "environment.sources[0]: rule"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nenvironment: {sources: [{variables: {X: {property: x, \"true\": y}}}]}", "variables.X"},
		{"serviceLinks: ignored", "serviceLinks: ignored\nenvironment: {sources: [{variables: {X: {propety: x}}}]}", "propety"},
	} {
		_, err := readDistribution([]byte(strings.Replace(row, test.change, test.to, 1)))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one about %s", test.to, err, test.want)
		}
	}
}

func TestAWrongFileOfTheCatalogueIsNamed(t *testing.T) {
	_, err := readCatalogue(fstest.MapFS{
		"distributions/a.yaml": {Data: []byte("name: b\ntitle: B\nproduct: kafka\nstarts: [{program: x, anywhere: true}]\nserviceLinks: ignored\n")},
		"distributions/c.yaml": {Data: []byte("name: [")},
	})
	if err == nil || !strings.Contains(err.Error(), `distributions/a.yaml: name: "b" is not the name of the file`) || !strings.Contains(err.Error(), "distributions/c.yaml: ") {
		t.Errorf("error %v", err)
	}
}

func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{"kafka", "kafka", true},
		{"kafka", "kafka-ui", false},
		{"*kafka*", "kafka", true},
		{"*kafka*", "our-kafka-2", true},
		{"*kafka*", "kafk", false},
		{"bitnami*", "bitnamilegacy", true},
		{"bitnami*", "mybitnami", false},
		{"*-debian-*-r*", "3.4.0-debian-11-r22", true},
		{"*-debian-*-r*", "3.4.0-debian-r1", false},
		{"*-debian-*-r*", "3.4.0-r1-debian-1", false},
		{"a*a", "a", false},
		{"a*a", "aa", true},
		{"*", "", true},
	} {
		if got := newPattern(test.pattern).matches(test.text); got != test.want {
			t.Errorf("%s, %s: %v", test.pattern, test.text, got)
		}
	}
}
