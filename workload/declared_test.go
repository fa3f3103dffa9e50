package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// declaring is a pod with these annotations, and containers.
func declaring(annotations, containers string) string {
	return fmt.Sprintf(`{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {%s}}, spec: {containers: [%s]}}`, annotations, containers)
}

func TestAPodSaysWhatItRuns(t *testing.T) {
	const private = `{name: app, image: "registry.example.com/team/x:1"}`
	for _, test := range []struct {
		name, annotations, containers string
		want                          expectation
	}{
		{"a broker", `sluice.dev/role: broker`, private,
			expectation{"private-image", workload.Broker, false, false, "", workload.Unclear}},
		{"a controller", `sluice.dev/role: controller`, private,
			expectation{"private-image", workload.Controller, true, true, "", workload.Unclear}},
		{"both", `sluice.dev/role: "controller, broker"`, private,
			expectation{"private-image", workload.Broker, true, true, "", workload.Unclear}},
		{"ZooKeeper", `sluice.dev/role: zookeeper`, private,
			expectation{"private-image", workload.ZooKeeper, false, false, "", workload.Unclear}},
		{"a client", `sluice.dev/role: client`, private,
			expectation{"private-image", workload.Client, false, false, "", workload.Unclear}},
		{"the container by name", `sluice.dev/role: connect, sluice.dev/container: app`, `{name: logs, image: x},` + private,
			expectation{"private-image", workload.Connect, false, false, "", workload.Unclear}},
		{"the container that kubectl takes for the application", `sluice.dev/role: connect, kubectl.kubernetes.io/default-container: app`, `{name: logs, image: x},` + private,
			expectation{"private-image", workload.Connect, false, false, "", workload.Unclear}},
		{"beside the proxy", `sluice.dev/role: broker`, `{name: istio-proxy, image: "istio/proxyv2:1.31.0"},` + private,
			expectation{"private-image", workload.Broker, false, false, "", workload.Unclear}},
		{"a known image that runs something of the user's own", `sluice.dev/role: broker`, `{name: app, image: "bitnami/kafka:3.9.0", command: [/company/start]}`,
			expectation{"bitnami-kafka", workload.Broker, false, false, "3.9.0", workload.Unclear}},
		{"a known image of another product", `sluice.dev/role: connect`, `{name: app, image: "bitnami/zookeeper:3.9.0", command: [/company/start]}`,
			expectation{"private-image", workload.Connect, false, false, "", workload.Unclear}},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := parse(t, declaring(test.annotations, test.containers))
			found := recognise(root)
			if found == nil || len(found.Processes) != 1 {
				t.Fatalf("recognised %+v", found)
			}
			expect(t, found.Processes[0], test.want)
			if wrong := workload.Misdeclared(root, found); wrong != nil {
				t.Errorf("complains of %s", wrong.Message)
			}
			if route := found.Processes[0].Route("a", "b"); route.Kind != workload.RouteNone || route.Instead == "" {
				t.Errorf("has the route %+v", route)
			}
		})
	}
}

func TestAPodSaysTheRolesOfAKnownServerWhereTheyCannotBeSeen(t *testing.T) {
	found := recognise(parse(t, declaring(`sluice.dev/role: controller`, `{name: app, image: x, command: [kafka-server-start.sh, /etc/kafka/server.properties]}`)))
	expect(t, found.Processes[0], expectation{"plain-kafka", workload.Controller, true, true, "", workload.NoContract})
	if route := found.Processes[0].Route("a", "b"); route.Kind != workload.RouteArgument {
		t.Errorf("has the route %+v", route)
	}
}

func TestAPodThatDoesNotSayWhatItRunsIsToldSo(t *testing.T) {
	const two = `{name: app, image: x}, {name: logs, image: y}`
	for _, test := range []struct{ name, annotations, containers, want string }{
		{"no role", `sluice.dev/role: brokre`, `{name: app, image: x}`, `sluice.dev/role is "brokre", which is no role: use one of zookeeper, controller, broker,`},
		{"an empty role", `sluice.dev/role: ""`, `{name: app, image: x}`, `is "", which is no role`},
		{"a role that is no string", `sluice.dev/role: [broker]`, `{name: app, image: x}`, `is ["broker"], which is no role`},
		{"two roles that do not go together", `sluice.dev/role: "broker,zookeeper"`, `{name: app, image: x}`, `which is no role`},
		{"several containers", `sluice.dev/role: broker`, two, `sluice.dev/container must say which of them has the role broker: one of app, logs`},
		{"a container that is not there", `sluice.dev/role: broker, sluice.dev/container: ap`, two, `sluice.dev/container is "ap", and there is no such container: use one of app, logs`},
		{"a container without a role", `sluice.dev/container: app`, two, `sluice.dev/container without sluice.dev/role says nothing`},
		{"the proxy", `sluice.dev/role: broker, sluice.dev/container: istio-proxy`, `{name: istio-proxy, image: x}, {name: app, image: x}`, `there is no such container: use one of app`},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := parse(t, declaring(test.annotations, test.containers))
			found := recognise(root)
			if found != nil {
				t.Errorf("recognised %+v", found.Processes[0])
			}
			wrong := workload.Misdeclared(root, found)
			if wrong == nil {
				t.Fatal("nothing is said")
			}
			if wrong.Reason != verdict.RoleInvalid || !strings.Contains(wrong.Message, test.want) || wrong.Near == nil {
				t.Errorf("got %+v\nwant %s", wrong, test.want)
			}
		})
	}
}

func TestWhatIsSeenCountsMoreThanWhatAPodSays(t *testing.T) {
	for _, test := range []struct{ role, container, want string }{
		{"connect", `{name: app, image: "bitnami/zookeeper:3.9.0"}`, "container app has the role connect, but what can be seen of it has the role zookeeper (Bitnami ZooKeeper)"},
		{"broker", `{name: app, image: "apache/kafka:3.9.0", env: [{name: KAFKA_PROCESS_ROLES, value: controller}]}`, "has the role broker, but what can be seen of it has the role controller"},
	} {
		root := parse(t, declaring("sluice.dev/role: "+test.role, test.container))
		wrong := workload.Misdeclared(root, recognise(root))
		if wrong == nil || wrong.Reason != verdict.RoleContradicted || !strings.Contains(wrong.Message, test.want) {
			t.Errorf("%s: got %+v\nwant %s", test.container, wrong, test.want)
		}
	}
}
