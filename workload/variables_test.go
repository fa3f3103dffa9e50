package workload_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

func TestVariablesAreThoseThatTheProcessGets(t *testing.T) {
	p := process(t, container(`image: "apache/kafka:4.1.0", command: [sh, -c, "export B=2 C=$(date); unset D; exec /etc/kafka/docker/run"],
		env: [{name: A, value: "1"}, {name: B, value: "1"}, {name: D, value: "1"}, {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}]`))
	var got []string
	for name, set := range p.Variables() {
		got = append(got, fmt.Sprint(name, "=", set.Value, " ", set.Known))
		if one, ok := p.Variable(name); !ok || one != set {
			t.Errorf("%s alone is %+v, not %+v", name, one, set)
		}
	}
	slices.Sort(got)
	if want := []string{"A=1 true", "B=2 true", "C= false", "S= false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, name := range []string{"D", "X"} {
		if _, ok := p.Variable(name); ok {
			t.Errorf("%s is there", name)
		}
	}
	for range p.Variables() {
		break // a loop may end early
	}
}

func TestVariablesMayComeFromWhereNobodyCanLook(t *testing.T) {
	p := process(t, container(`image: "apache/kafka:4.1.0", envFrom: [{secretRef: {name: s}, prefix: KAFKA_}]`))
	if !p.Bringer("KAFKA_OPTS") || p.Bringer("JAVA_OPTS") {
		t.Error("the prefix decides what a Secret may bring")
	}
}

func TestWhatIsNotSetIsOnlySureInAWholeConfiguration(t *testing.T) {
	whole := configured(t, configMap("c", "server.properties", "process.roles=broker"))
	const mounted = `image: x, command: [kafka-server-start.sh, /c/server.properties], volumeMounts: [{name: c, mountPath: /c}]}], volumes: [{name: c, configMap: {name: c}`
	tests := []struct {
		name, spec string
		around     surroundings.Surroundings
		want       bool
	}{
		{"variables", `image: "apache/kafka:4.1.0"`, nil, true},
		{"a file that nobody can see", `image: x, command: [kafka-server-start.sh, /c]`, nil, false},
		{"a file in a ConfigMap", mounted, whole, true},
		{"a file in a ConfigMap that is not at hand", mounted, nil, false},
		{"a script that nobody can see", `image: "apache/kafka:4.1.0", command: [/run/own.sh], ports: [{containerPort: 9092}]`, nil, false},
	}
	for _, test := range tests {
		around := test.around
		if around == nil {
			around = surroundings.None{}
		}
		if got := processIn(t, around, container(test.spec)).Complete(); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

func TestLinesAreWhatArgumentsAndFilesSay(t *testing.T) {
	around := configured(t, configMap("c", "server.properties", "b=2\na=1"))
	p := processIn(t, around, container(`image: x, command: [kafka-server-start.sh, /c/server.properties, --override, z=26], volumeMounts: [{name: c, mountPath: /c}]}], volumes: [{name: c, configMap: {name: c}`))
	var got []string
	for name, set := range p.Lines() {
		got = append(got, name+"="+set.Value)
	}
	if want := []string{"z=26", "a=1", "b=2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range p.Lines() {
		break
	}
	for name := range process(t, container(`image: "apache/kafka:4.1.0", env: [{name: KAFKA_NODE_ID, value: "1"}]`)).Lines() {
		t.Errorf("a process without a file has the line %s", name)
	}
}

func TestJavaOptions(t *testing.T) {
	p := process(t, container(`image: x, command: [java, -Xss1m, -cp, "/x", kafka.Kafka, -no],
		env: [{name: P, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: KAFKA_OPTS, value: "  -Da=b\n -Dp=$(P)"}, {name: KAFKA_HEAP_OPTS, value: -Xmx1g}, {name: OTHER, value: -Dx=y}]`))
	var got []string
	for _, option := range p.JavaOptions() {
		got = append(got, option.Text)
	}
	if want := []string{"-Xmx1g", "-Da=b", "-Dp=$(P)", "-Xss1m", "-cp"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOptionsPointIntoTheirVariable(t *testing.T) {
	p := process(t, container(`image: "apache/kafka:4.1.0", env: [{name: KAFKA_OPTS, value: "-Da=b  -Dc=d"}]`))
	for _, option := range p.JavaOptions() {
		if at := strings.Index(option.Node.Text(), option.Text); option.Offset != at {
			t.Errorf("%s is at %d, not %d", option.Text, option.Offset, at)
		}
	}
}

func TestWordsAreThoseOfTheContainer(t *testing.T) {
	p := process(t, container(`image: "apache/kafka:4.1.0", command: [/etc/kafka/docker/run], args: [a, b]`))
	var got []string
	for word := range p.Words() {
		got = append(got, word)
	}
	if want := []string{"/etc/kafka/docker/run", "a", "b"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for range p.Words() {
		break
	}
}

func TestProtocolsOfListeners(t *testing.T) {
	const image = `image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: "broker,controller"}, {name: KAFKA_LISTENERS, value: "PLAINTEXT://:1,SASL_SSL://:2,OWN://:3,CONTROLLER://:4"}`
	tests := []struct {
		name, env, want string
		ok              bool
	}{
		{"Kafka's default", "", "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT", true},
		{"controllers by the name of a protocol", `, {name: KAFKA_CONTROLLER_LISTENER_NAMES, value: SASL_PLAINTEXT}`, "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", true},
		{"a map", `, {name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, value: "OWN:ssl, CONTROLLER:SASL_PLAINTEXT"}`, "OWN:SSL,CONTROLLER:SASL_PLAINTEXT", true},
		{"a map out of sight", `, {name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, valueFrom: {secretKeyRef: {name: s, key: k}}}`, "", false},
	}
	for _, test := range tests {
		p := process(t, container(image+test.env+"]"))
		listeners, _ := p.Property("listeners")
		got, ok := p.Protocols(workload.ReadListeners(listeners.Value))
		if got.String() != test.want || ok != test.ok {
			t.Errorf("%s: got %s, %t", test.name, got.String(), ok)
		}
		if ok && got.Of("OWN") == got.Of("nobody") && strings.Contains(test.want, "OWN") {
			t.Errorf("%s: OWN has no protocol", test.name)
		}
	}
}
