package workload_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	"pgregory.net/rapid"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// perCallLimit is what one CEL expression may cost in the API server
// (k8s.io/apiserver/pkg/apis/cel, PerCallLimit).
const perCallLimit = 1_000_000

func matchProgram(t testing.TB, catalogue *workload.Catalogue) cel.Program {
	t.Helper()
	env, err := cel.NewEnv(cel.Variable("object", cel.DynType))
	if err != nil {
		t.Fatal(err)
	}
	ast, issues := env.Compile(catalogue.MatchExpression())
	if issues.Err() != nil {
		t.Fatal(issues.Err())
	}
	if ast.OutputType() != cel.BoolType {
		t.Fatalf("the expression is a %s", ast.OutputType())
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptTrackCost), cel.CostLimit(perCallLimit))
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// lets evaluates the expression on an object.
func lets(t reporter, program cel.Program, root *document.Node) (through bool, cost uint64) {
	t.Helper()
	var object any
	if err := json.Unmarshal(root.AppendJSON(nil), &object); err != nil {
		t.Fatal(err)
	}
	result, details, err := program.Eval(map[string]any{"object": object})
	if err != nil {
		t.Fatalf("%v\n%s", err, root.AppendJSON(nil))
	}
	return result.Value().(bool), *details.ActualCost()
}

func TestWhatIsRecognisedIsLetThrough(t *testing.T) {
	program := matchProgram(t, workload.BuiltIn())
	recognised, withoutImage, declared := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		root := drawPod(t)
		found := recognise(root)
		if found == nil {
			return
		}
		recognised++
		if strings.HasPrefix(found.Processes[0].Distribution.Name, "plain-") {
			withoutImage++
		}
		if found.Processes[0].Distribution.Name == "private-image" {
			declared++
		}
		if through, _ := lets(t, program, root); !through {
			t.Fatalf("recognised as %s, but kept away:\n%s", found.Processes[0].Distribution.Name, root.AppendJSON(nil))
		}
	})
	if recognised < 10 || withoutImage == 0 || declared == 0 {
		t.Errorf("only %d pods were recognised, %d without their image, %d by what they say of themselves: the test proves nothing", recognised, withoutImage, declared)
	}
}

func TestEveryRouteOfARecognisedPodLeads(t *testing.T) {
	routes := make(map[workload.RouteKind]int)
	rapid.Check(t, func(t *rapid.T) {
		root := drawPod(t)
		found := recognise(root)
		if found == nil {
			return
		}
		property := rapid.SampledFrom([]string{"quorumListenOnAllIPs", "listeners", "super.users", "a_b"}).Draw(t, "property")
		for i, p := range found.Processes {
			route := p.Route(property, "true")
			routes[route.Kind]++
			if route.Kind == workload.RouteNone {
				if route.Why == "" || route.Instead == "" {
					t.Fatalf("no route and no reason: %+v", route)
				}
				continue
			}
			if setting, ok := p.Property(property); ok && !setting.Known {
				continue // the mutators leave these alone
			}
			before := string(root.AppendJSON(nil))
			apply(document.NewEditor(root), p.Container, route)
			again := recognise(root)
			if again == nil || len(again.Processes) != len(found.Processes) {
				t.Fatalf("no longer recognised:\n%s\n%s", before, root.AppendJSON(nil))
			}
			if setting, ok := again.Processes[i].Property(property); !ok || !setting.Known || setting.Value != "true" {
				t.Fatalf("%+v made of\n%s\nthe property %+v in\n%s", route, before, setting, root.AppendJSON(nil))
			}
			return // the others were read before the change
		}
	})
	for _, kind := range []workload.RouteKind{workload.RouteEnv, workload.RouteArgument, workload.RouteNone} {
		if routes[kind] == 0 {
			t.Errorf("no pod took the route %q: the test proves nothing", kind)
		}
	}
}

// drawPod builds a pod out of the parts of the catalogue, right and wrong ones.
func drawPod(t *rapid.T) *document.Node {
	var containers []string
	for range rapid.IntRange(1, 2).Draw(t, "containers") {
		containers = append(containers, drawContainer(t))
	}
	annotations := rapid.SampledFrom([]string{
		``, ``, ``, `, "annotations": {}`, `, "annotations": {"sluice.dev/role": "broker"}`, `, "annotations": {"sluice.dev/role": "connect", "sluice.dev/container": "c"}`,
	}).Draw(t, "annotations")
	return parse(t, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"app.kubernetes.io/component": "controller-eligible"}`+annotations+`}, "spec": {"containers": [`+strings.Join(containers, ",")+`]}}`)
}

func drawContainer(t *rapid.T) string {
	images, words, variables, mounts := []string{"nginx:1.27", "example/app", ""}, []string{
		"sh", "bash", "-c", "-ec", "exec", "env", "tini", "--", "start-foreground", "start", "status", "java", "kafka-run-class.sh", "kafka-topics.sh", "sleep",
		"/etc/kafka/server.properties", "--override", "listeners=A://a:1", "$(KAFKA_X)", "A=b", "/custom/run.sh",
	}, []string{"KAFKA_X", "KAFKA_SUPER_USERS", "KAFKA_CFG_LISTENERS", "ZOO_CFG_EXTRA"}, []string{"/data"}
	for _, d := range workload.BuiltIn().Distributions() {
		for _, image := range d.Images {
			repository := strings.NewReplacer("*", "x", "/zookeeper", "/zookeeper").Replace(strings.TrimPrefix(image.Repository, "/"))
			images = append(images, repository, "registry.example.com/"+repository+":3.9.0")
			for _, tag := range image.Tags {
				images = append(images, repository+":"+strings.ReplaceAll(tag, "*", "1"))
			}
			variables = append(variables, image.Variables...)
			mounts = append(mounts, image.Mounts...)
		}
		for _, start := range d.Starts {
			words = append(words, start.Program+start.Class, "/opt/bin/"+start.Program+start.Class)
		}
		words = append(append(append(words, d.Entrypoint...), d.Command...), d.Configures...)
		for _, file := range d.Configuration {
			mounts = append(mounts, file.Directory, file.Directory+"/"+file.File)
		}
	}
	draw := func(label string, from []string, most int) []string {
		return rapid.SliceOfN(rapid.SampledFrom(from), 0, most).Draw(t, label)
	}
	// Most command lines begin as they should; chance alone seldom gets there.
	asTheImageDoes := []string{}
	start := rapid.SampledFrom([][]string{nil, asTheImageDoes, {"kafka-server-start.sh", "/etc/kafka/server.properties"}, {"zkServer.sh", "start-foreground"}}).Draw(t, "start")
	command, args := slices.Concat(start, draw("command", words, 4)), draw("args", words, 4)
	switch {
	case start != nil && len(start) == 0:
		command, args = nil, nil
	case rapid.Bool().Draw(t, "script"):
		script := strings.Join(start, " ") + " " + strings.Join(draw("script words", append(words, ";", "&&", "||", "|", ">", "export", "unset", "if", "then", "fi", "\n", `"`, "$KAFKA_HOME/bin/", "KAFKA_X=y"), 8), " ")
		command, args = []string{rapid.SampledFrom([]string{"sh", "/bin/bash"}).Draw(t, "shell"), "-c"}, []string{script}
	}
	var env, volumeMounts []string
	for _, name := range draw("variables", variables, 3) {
		value := rapid.SampledFrom([]string{`"value": "x"`, `"value": ""`, `"value": "$(KAFKA_X)"`, `"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}`}).Draw(t, "value")
		env = append(env, fmt.Sprintf(`{"name": %q, %s}`, name, value))
	}
	for _, path := range draw("mounts", mounts, 2) {
		volumeMounts = append(volumeMounts, fmt.Sprintf(`{"name": "v", "mountPath": %q}`, path))
	}
	encode := func(values []string) string {
		data, _ := json.Marshal(append([]string{}, values...))
		return string(data)
	}
	return fmt.Sprintf(`{"name": "c", "image": %q, "command": %s, "args": %s, "env": [%s], "volumeMounts": [%s], "ports": [{"containerPort": 9092}, {"containerPort": 2181}]}`,
		rapid.SampledFrom(images).Draw(t, "image"), encode(command), encode(args), strings.Join(env, ","), strings.Join(volumeMounts, ","))
}

func TestWhoeverSaysWhatAPodRunsIsHeard(t *testing.T) {
	program := matchProgram(t, workload.BuiltIn())
	for _, annotations := range []string{`sluice.dev/role: broker`, `sluice.dev/role: nonsense`, `sluice.dev/container: app`} {
		if through, _ := lets(t, program, parse(t, declaring(annotations, `{name: app, image: x}`))); !through {
			t.Errorf("kept away: %s", annotations)
		}
	}
	for _, annotations := range []string{``, `sluice.dev/mode: shadow`} {
		if through, _ := lets(t, program, parse(t, declaring(annotations, `{name: app, image: x}`))); through {
			t.Errorf("let through: %s", annotations)
		}
	}
}

func TestOrdinaryPodsAreKeptAway(t *testing.T) {
	program := matchProgram(t, workload.BuiltIn())
	for _, spec := range []string{
		`{containers: [{name: nginx, image: "nginx:1.27"}]}`,
		`{containers: [{name: coredns, image: "registry.k8s.io/coredns/coredns:v1.12.0", args: [-conf, /etc/coredns/Corefile]}]}`,
		`{containers: [{name: postgres, image: "postgres:17", env: [{name: POSTGRES_PASSWORD, value: x}]}]}`,
		`{containers: [{name: redis, image: "bitnami/redis:7.4", command: [/bin/bash], args: [-c, /opt/bitnami/scripts/start-scripts/start-node.sh]}]}`,
		`{containers: [{name: discovery, image: "istio/pilot:1.31.0", args: [discovery, "--monitoringAddr=:15014"]}]}`,
		`{containers: [{name: kube-proxy, image: "registry.k8s.io/kube-proxy:v1.36.3", command: [/usr/local/bin/kube-proxy, --config=/var/lib/kube-proxy/config.conf]}]}`,
		`{containers: [{name: orders, image: "example/orders:1", args: ["--brokers=kafka-0.kafka:9092", "--zookeeper=zk:2181"], env: [{name: KAFKA_BROKERS, value: "kafka:9092"}]}]}`,
		`{containers: [{name: redpanda, image: "redpandadata/redpanda:v24.1.1", command: [rpk, redpanda, start]}]}`,
		`{containers: [{name: job, image: "busybox", command: [sh, -c, "until nc -z kafka 9092; do sleep 1; done"]}]}`,
		`{initContainers: [{name: wait, image: "bitnami/kafka:3.9.0"}], containers: [{name: app, image: "example/app"}]}`,
		`{containers: [{name: bare}]}`,
		`{containers: []}`,
		`{containers: null}`,
		`{}`,
	} {
		if through, _ := lets(t, program, pod(t, spec)); through {
			t.Errorf("let through: %s", spec)
		}
	}
	if through, _ := lets(t, program, parse(t, `{apiVersion: v1, kind: Pod}`)); through {
		t.Error("let through: a pod without a spec")
	}
}

func TestTheExpressionStaysWithinItsBudgetOnTheLargestPods(t *testing.T) {
	program := matchProgram(t, workload.BuiltIn())
	for name, spec := range largestPods() {
		_, cost := lets(t, program, pod(t, spec)) // beyond the limit, the evaluation fails
		t.Logf("%s: %d of %d", name, cost, perCallLimit)
	}
}

// largestPods are the pods on which the expression costs most, by what makes them so large.
func largestPods() map[string]string {
	const largest = 1_500_000 // bytes; etcd takes no more in one object
	list := func(item string, count int) string {
		return strings.TrimSuffix(strings.Repeat(item+",", count), ",")
	}
	script := `{"name": "a", "image": "x", "command": ["sh", "-c", "` + strings.Repeat("x", largest/50) + `"]}`
	words := `{"name": "a", "image": "registry.example.com/team/app:1.2.3", "args": [` + list(`"`+strings.Repeat("x", largest/64/256-3)+`"`, 256) + `]}`
	return map[string]string{
		"one long script":       `{"containers": [{"name": "a", "image": "x", "command": ["sh", "-c", "` + strings.Repeat("x", largest) + `"]}]}`,
		"many long scripts":     `{"containers": [` + list(script, 50) + `]}`,
		"many words":            `{"containers": [` + list(words, 64) + `]}`,
		"too many words":        `{"containers": [{"name": "a", "image": "x", "args": [` + list(`"x"`, largest/4) + `]}]}`,
		"too many containers":   `{"containers": [` + list(`{"name": "a", "image": "x"}`, largest/30) + `]}`,
		"a long word of Kafka":  `{"containers": [{"name": "a", "image": "x", "args": ["kafka ` + strings.Repeat("x", largest) + `"]}]}`,
		"many words with Kafka": `{"containers": [{"name": "a", "image": "x", "args": [` + list(`"--brokers=kafka-0.kafka:9092"`, 256) + `]}]}`,
	}
}

func TestAnOrdinaryPodCostsNextToNothing(t *testing.T) {
	_, cost := lets(t, matchProgram(t, workload.BuiltIn()), pod(t, `{containers: [{name: orders, image: "registry.example.com/team/orders:1.2.3", args: ["--brokers=kafka:9092"]}]}`))
	if cost > perCallLimit/1000 {
		t.Errorf("%d of %d", cost, perCallLimit)
	}
}
