package workload_test

import (
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

const (
	koperatorPod = `{apiVersion: v1, kind: Pod, metadata: {name: k, labels: {kafka_cr: events}, annotations: {proxy.istio.io/config: "{}"}}, spec: {enableServiceLinks: true, terminationGracePeriodSeconds: 120, containers: [
		{name: kafka, image: x, command: [bash, -c, "kafka-server-start.sh /config/broker-config"], env: [{name: A, value: b}]}, {name: istio-proxy, image: y}]}}`
	strimziPod = `{apiVersion: v1, kind: Pod, metadata: {name: k, labels: {strimzi.io/cluster: events, team: data}, annotations: {strimzi.io/revision: a, proxy.istio.io/config: "{}"}}, spec: {containers: [
		{name: kafka, image: x, command: [/opt/kafka/kafka_run.sh], resources: {limits: {cpu: "1"}}}]}}`
	pravegaPod = `{apiVersion: v1, kind: Pod, metadata: {name: z, labels: {kind: ZookeeperMember}, annotations: {proxy.istio.io/config: "{}"}}, spec: {containers: [
		{name: zookeeper, image: x, command: [/usr/local/bin/zookeeperStart.sh]}]}}`
)

func TestAnOperatorComparesTheFieldsOfItsRow(t *testing.T) {
	for _, test := range []struct{ name, manifest, field, want string }{
		{"Koperator's annotation", koperatorPod, "metadata annotations proxy.istio.io/config", "Koperator"},
		{"Koperator's label", koperatorPod, "metadata labels kafka_cr", "Koperator"},
		{"Koperator's command", koperatorPod, "spec containers 0 command", "Koperator"},
		{"a word of Koperator's command", koperatorPod, "spec containers 0 command 2", "Koperator"},
		{"a variable of Koperator's", koperatorPod, "spec containers 0 env 0 value", "Koperator"},
		{"Koperator's grace period", koperatorPod, "spec terminationGracePeriodSeconds", "Koperator"},
		{"what Koperator does not set", koperatorPod, "spec enableServiceLinks", ""},
		{"the proxy in Koperator's pod", koperatorPod, "spec containers 1 image", ""},
		{"what is not there yet", koperatorPod, "metadata annotations other", ""},
		{"what holds compared fields", koperatorPod, "spec", ""},
		{"Strimzi's revision", strimziPod, "metadata annotations strimzi.io/revision", "Strimzi"},
		{"Strimzi's label", strimziPod, "metadata labels strimzi.io/cluster", "Strimzi"},
		{"another label of Strimzi's pod", strimziPod, "metadata labels team", ""},
		{"another annotation of Strimzi's pod", strimziPod, "metadata annotations proxy.istio.io/config", ""},
		{"resources of Strimzi's pod", strimziPod, "spec containers 0 resources limits cpu", "Strimzi"},
		{"the image of Strimzi's pod", strimziPod, "spec containers 0 image", ""},
		{"a pod of a StatefulSet", pravegaPod, "metadata annotations proxy.istio.io/config", ""},
	} {
		found := recognise(parse(t, test.manifest))
		field := found.Root
		for step := range strings.FieldsSeq(test.field) {
			if field.Kind == document.Sequence {
				field = field.Items()[step[0]-'0']
				continue
			}
			field = field.Get(step)
		}
		got := ""
		if owner := found.ComparedBy(field); owner != nil {
			got = owner.Operator
		}
		if got != test.want {
			t.Errorf("%s: compared by %q, want %q", test.name, got, test.want)
		}
	}
}

func TestAnOperatorIsKnownByItsLabels(t *testing.T) {
	for manifest, want := range map[string]bool{
		strimziPod: true, koperatorPod: true, pravegaPod: true,
		strings.Replace(strimziPod, "strimzi.io/cluster: events, ", "", 1): false,
		strings.Replace(koperatorPod, "kafka_cr: events", "", 1):           false,
	} {
		process := recognise(parse(t, manifest)).Processes[0]
		if got := process.Owner != nil; got != want {
			t.Errorf("an operator's: %v, want %v\n%s", got, want, manifest)
		}
	}
}

func TestPropertiesOfAnOperatorsPodAreTheResources(t *testing.T) {
	for manifest, instead := range map[string]string{
		koperatorPod: "Koperator makes this pod out of a KafkaCluster; set a=b in spec.readOnlyConfig of that resource",
		strimziPod:   "Strimzi makes this pod out of a Kafka; set a=b in spec.kafka.config of that resource",
	} {
		route := recognise(parse(t, manifest)).Processes[0].Route("a", "b")
		if route.Kind != workload.RouteNone || route.Why != verdict.OperatorOwned || route.Instead != instead {
			t.Errorf("route %+v, want %s", route, instead)
		}
	}
	// The same command in a pod of somebody's own is a command line like any other.
	own := strings.Replace(koperatorPod, "kafka_cr: events", "", 1)
	if route := recognise(parse(t, own)).Processes[0].Route("a", "b"); route.Kind != workload.RouteArgument {
		t.Errorf("route %+v", route)
	}
}

func TestAnOperatorWritesTheObjectsThatMakeItsPods(t *testing.T) {
	template := func(kind, pod string) string {
		return `{apiVersion: apps/v1, kind: ` + kind + `, metadata: {name: x}, spec: {template: ` + pod + `}}`
	}
	for _, test := range []struct {
		name, manifest string
		want           bool
	}{
		{"a pod", strimziPod, false},
		{"a pod set", `{apiVersion: core.strimzi.io/v1beta2, kind: StrimziPodSet, metadata: {name: x}, spec: {pods: [` + strimziPod + `, ` + strimziPod + `]}}`, true},
		{"a pod set of a fork", `{apiVersion: core.eventstreams.ibm.com/v1beta2, kind: StrimziPodSet, metadata: {name: x}, spec: {pods: [` + strimziPod + `]}}`, true},
		{"a StatefulSet", template("StatefulSet", pravegaPod), true},
		{"somebody's Deployment", template("Deployment", strings.Replace(strimziPod, "strimzi.io/cluster: events, ", "", 1)), false},
	} {
		found := recognise(parse(t, test.manifest))
		if found == nil {
			t.Fatalf("%s is not recognised", test.name)
		}
		if got := found.WrittenBy() != nil; got != test.want {
			t.Errorf("%s: written by an operator: %v, want %v", test.name, got, test.want)
		}
	}
	for _, manifest := range []string{
		`{apiVersion: core.strimzi.io/v1beta2, kind: StrimziPodSet, metadata: {name: x}, spec: {pods: []}}`,
		`{apiVersion: core.strimzi.io/v1beta2, kind: StrimziPodSet, metadata: {name: x}}`,
		`{apiVersion: example.com/v1, kind: StrimziPodSet, metadata: {name: x}, spec: {pods: [` + strimziPod + `]}}`,
	} {
		if recognise(parse(t, manifest)) != nil {
			t.Errorf("recognised: %s", manifest)
		}
	}
}
