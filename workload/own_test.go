package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// withRows is the catalogue with rows of a user's own.
func withRows(t testing.TB, text string) *workload.Catalogue {
	t.Helper()
	var node yaml.Node
	if err := yaml.Load([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	own, err := workload.ReadRows(node.Content[0])
	if err != nil {
		t.Fatal(err)
	}
	return workload.BuiltIn().With(own)
}

const ownRows = `
- name: our-kafka
  title: Our Kafka
  product: kafka
  images: [{repository: "team*/our-*-broker"}, {repository: bitnami/kafka}]
  entrypoint: [/opt/start-our-kafka.sh]
  starts: [{program: start-our-kafka.sh, anywhere: true, readsEnvironment: true}]
  environment: {sources: [{rule: {prefix: OUR_, replace: [{from: _, to: .}]}}]}
  serviceLinks: ignored
- name: our-connect
  title: Our Connect
  product: connect
  starts: [{class: com.example.connect.Main, anywhere: true}]
  serviceLinks: ignored
`

func TestRowsOfOnesOwnAreRecognised(t *testing.T) {
	catalogue := withRows(t, ownRows)
	for _, test := range []struct {
		name, container string
		want            expectation
	}{
		{"by the image", `{name: c, image: "registry.example.com/team-a/our-7-broker:1"}`,
			expectation{"our-kafka", workload.Broker, false, false, "", workload.Read}},
		{"by the command", `{name: c, image: x, command: [/usr/bin/start-our-kafka.sh]}`,
			expectation{"our-kafka", workload.Broker, false, false, "", workload.Read}},
		{"by the class", `{name: c, image: x, command: [java, com.example.connect.Main]}`,
			expectation{"our-connect", workload.Connect, false, false, "", workload.NoContract}},
		{"before a built-in row that fits as well", `{name: c, image: "bitnami/kafka:3.9.0"}`,
			expectation{"our-kafka", workload.Broker, false, false, "", workload.Read}},
		{"beside the built-in rows", `{name: c, image: "bitnami/zookeeper:3.9.0"}`,
			expectation{"bitnami-zookeeper", workload.ZooKeeper, false, false, "3.9.0", workload.Read}},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := catalogue.Recognise(t.Context(), pod(t, `{containers: [`+test.container+`]}`), "", surroundings.None{})
			if found == nil {
				t.Fatal("not recognised")
			}
			expect(t, found.Processes[0], test.want)
		})
	}
	broker := catalogue.Recognise(t.Context(), pod(t, `{containers: [{name: c, image: "team/our-x-broker", env: [{name: OUR_SUPER_USERS, value: "User:a"}]}]}`), "", surroundings.None{})
	if setting, ok := broker.Processes[0].Property("super.users"); !ok || setting.Value != "User:a" {
		t.Errorf("super.users is %+v, %v", setting, ok)
	}
	if route := broker.Processes[0].Route("listeners", "x"); route.Kind != workload.RouteEnv || route.Env != "OUR_LISTENERS" {
		t.Errorf("the route is %+v", route)
	}
	if workload.Recognise(t.Context(), pod(t, `{containers: [{name: c, image: x, command: [java, com.example.connect.Main]}]}`), "", surroundings.None{}) != nil {
		t.Error("the built-in catalogue knows the row of somebody")
	}
}

func TestRowsOfOnesOwnAreLetThrough(t *testing.T) {
	catalogue := withRows(t, ownRows)
	program, builtIn := matchProgram(t, catalogue), matchProgram(t, workload.BuiltIn())
	news := 0
	rapid.Check(t, func(t *rapid.T) {
		image := rapid.SampledFrom([]string{"x", "registry.example.com/team-a/our-7-broker:1", "teams/our--broker", "team/our-broker", "bitnami/kafka"}).Draw(t, "image")
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"java", "com.example.connect.Main", "/opt/start-our-kafka.sh", "start-our-kafka", "sh", "-c", "exec start-our-kafka.sh"}), 0, 3).Draw(t, "words")
		root := parse(t, fmt.Sprintf(`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: %q, command: [%s]}]}}`, image, `"`+strings.Join(words, `","`)+`"`))
		if catalogue.Recognise(t.Context(), root, "", surroundings.None{}) == nil {
			return
		}
		if through, _ := lets(t, program, root); !through {
			t.Fatalf("recognised, but kept away:\n%s", root.AppendJSON(nil))
		}
		if through, _ := lets(t, builtIn, root); !through {
			news++
		}
	})
	if news == 0 {
		t.Error("no pod was let through for the sake of the rows: the test proves nothing")
	}
}

func TestAsManyRowsAsThereMayBeStayWithinTheBudget(t *testing.T) {
	var rows strings.Builder
	for i := range 64 {
		fmt.Fprintf(&rows, "- {name: r%d, title: R, product: kafka, images: [%s], starts: [{program: start-our-kafka-%d, anywhere: true}], serviceLinks: ignored}\n",
			i, strings.Repeat(`{repository: "registry*/a*b*`+strings.Repeat("x", 200)+`"}`, i%2), i)
	}
	program := matchProgram(t, withRows(t, rows.String()))
	for name, spec := range largestPods() {
		_, cost := lets(t, program, pod(t, spec)) // beyond the limit, the evaluation fails
		t.Logf("%s: %d of %d", name, cost, perCallLimit)
	}
}
