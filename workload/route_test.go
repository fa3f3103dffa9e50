package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// apply does to a container what a route says.
func apply(e *document.Editor, container *document.Node, route workload.Route) {
	switch route.Kind {
	case workload.RouteNone:
	case workload.RouteEnv, workload.RouteEnvList:
		e.SetEnv(container, route.Env, route.In(document.EnvEntry(container, route.Env).Get("value").Text()))
	case workload.RouteArgument:
		if route.Replace != nil {
			e.Replace(route.Replace, document.NewString(route.Text))
			return
		}
		e.AppendArgs(container, route.Words...)
	case workload.RouteScript:
		if len(route.Words) == 0 {
			e.Replace(route.Replace, document.NewString(route.Text))
			return
		}
		var words []*document.Node
		for _, word := range route.Words {
			words = append(words, document.NewString(word))
		}
		e.Replace(route.Replace, document.NewSequence(words...))
	}
}

func TestARouteMakesThePropertyEffectiveExactlyOnce(t *testing.T) {
	const all = "quorumListenOnAllIPs"
	for _, test := range []struct {
		name, fields, property, value string
		kind                          workload.RouteKind
		// written is what the container must hold afterwards, once.
		written string
	}{
		{"Bitnami ZooKeeper, not set", bitnamiZooKeeper, all, "true", workload.RouteEnv, `{"name":"ZOO_LISTEN_ALLIPS_ENABLED","value":"yes"}`},
		{"Bitnami ZooKeeper, the chart's no", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "no"}]`, all, "true", workload.RouteEnv, `"value":"yes"`},
		{"Bitnami ZooKeeper, false by the rule", bitnamiZooKeeper + `, env: [{name: ZOO_CFG_quorumListenOnAllIPs, value: "false"}]`, all, "true", workload.RouteEnv, `{"name":"ZOO_CFG_quorumListenOnAllIPs","value":"true"}`},
		{"Bitnami ZooKeeper, no table for it", bitnamiZooKeeper, "ssl.quorum.hostnameVerification", "false", workload.RouteEnv, `{"name":"ZOO_CFG_ssl_quorum_hostnameVerification","value":"false"}`},
		{"Confluent ZooKeeper", confluentZooKeeper, all, "true", workload.RouteEnv, `{"name":"ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS","value":"true"}`},
		{"official ZooKeeper, no list", officialZooKeeper, all, "true", workload.RouteEnvList, `{"name":"ZOO_CFG_EXTRA","value":"quorumListenOnAllIPs=true"}`},
		{"official ZooKeeper, another list", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "a=b c=d"}]`, all, "true", workload.RouteEnvList, `"value":"a=b c=d quorumListenOnAllIPs=true"`},
		{"official ZooKeeper, false in the list", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "a=b quorumListenOnAllIPs=false c=d"}]`, all, "true", workload.RouteEnvList, `"value":"a=b quorumListenOnAllIPs=true c=d"`},
		{"official ZooKeeper, false twice", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "quorumListenOnAllIPs=false\nquorumListenOnAllIPs=false\tc=d"}]`, all, "true", workload.RouteEnvList, `"value":"quorumListenOnAllIPs=true\nc=d"`},
		{"official ZooKeeper, an empty list", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: " "}]`, all, "true", workload.RouteEnvList, `"value":"quorumListenOnAllIPs=true"`},
		{"official ZooKeeper, by its table", officialZooKeeper, "maxClientCnxns", "0", workload.RouteEnv, `{"name":"ZOO_MAX_CLIENT_CNXNS","value":"0"}`},
		{"Bitnami Kafka, the newer name", bitnamiKafka, "listeners", "CONTROLLER://:9093", workload.RouteEnv, `{"name":"KAFKA_CFG_LISTENERS","value":"CONTROLLER://:9093"}`},
		{"Bitnami Kafka, the name that counts", bitnamiKafka + `, env: [{name: KAFKA_LISTENERS, value: "CONTROLLER://a:9093"}]`, "listeners", "CONTROLLER://:9093", workload.RouteEnv, `{"name":"KAFKA_LISTENERS","value":"CONTROLLER://:9093"}`},
		{"Bitnami Kafka, empty", bitnamiKafka + `, env: [{name: KAFKA_CFG_AUTHORIZER_CLASS_NAME}]`, "authorizer.class.name", "x.Y", workload.RouteEnv, `{"name":"KAFKA_CFG_AUTHORIZER_CLASS_NAME","value":"x.Y"}`},
		{"Confluent Kafka", confluentKafka, "principal.builder.class", "x.Y", workload.RouteEnv, `{"name":"KAFKA_PRINCIPAL_BUILDER_CLASS","value":"x.Y"}`},
		{"Confluent Kafka, dashes and underscores", confluentKafka, "a.b_c-d", "v", workload.RouteEnv, `{"name":"KAFKA_A_B__C___D","value":"v"}`},
		{"a value that the kubelet would replace", confluentKafka, "x", "$(HOST)", workload.RouteEnv, `"value":"$$(HOST)"`},
		{"the Apache image with variables", apacheKafka + `, env: [{name: KAFKA_NODE_ID, value: "1"}]`, "principal.builder.class", "x.Y", workload.RouteEnv, `{"name":"KAFKA_PRINCIPAL_BUILDER_CLASS","value":"x.Y"}`},
		{"the Apache image over a file", apacheKafka + `, volumeMounts: [{name: c, mountPath: /mnt/shared/config}]`, "principal.builder.class", "x.Y", workload.RouteEnv, `{"name":"KAFKA_PRINCIPAL_BUILDER_CLASS","value":"x.Y"}`},
		{"a command line", `image: x, command: [kafka-server-start.sh, s.properties]`, "a", "b", workload.RouteArgument, `"args":["--override","a=b"]`},
		{"a command line with args", `image: x, command: [kafka-server-start.sh], args: [s.properties, --override, c=d]`, "a", "b", workload.RouteArgument, `"c=d","--override","a=b"]`},
		{"an override that is there", `image: x, command: [kafka-server-start.sh, s.properties, --override, a=old, --override, c=d]`, "a", "b", workload.RouteArgument, `"--override","a=b","--override","c=d"]`},
		{"an override in one word", `image: x, command: [kafka-server-start.sh, s.properties, --override=a=old]`, "a", "b", workload.RouteArgument, `"--override=a=b"]`},
		{"an argument that the kubelet would replace", `image: x, command: [kafka-server-start.sh, s.properties]`, "a", "$(HOST)", workload.RouteArgument, `"a=$$(HOST)"]`},
		{"a script", `image: x, command: [sh, -c, "echo 1; exec kafka-server-start.sh s.properties > /log 2>&1"]`, "a", "b", workload.RouteArgument, `s.properties --override 'a=b' > /log`},
		{"a script over lines", `image: x, command: [bash, -ec], args: ["exec kafka-server-start.sh s.properties \\\n  --override c=d\necho done\n"]`, "a", "b", workload.RouteArgument, `c=d --override 'a=b'\necho done`},
		{"an override in a script", `image: x, command: [sh, -c, "kafka-server-start.sh s.properties --override a=$(hostname) --override c=d"]`, "a", "b", workload.RouteArgument, `--override 'a=b' --override c=d`},
		{"a value that wants quotes", `image: x, command: [sh, -c, "kafka-server-start.sh s.properties"]`, "a", "it's $HOME", workload.RouteArgument, `--override`},
		{"an image started past its script", bitnamiKafka + `, command: [kafka-server-start.sh, s.properties]`, "a", "b", workload.RouteArgument, `"args":["--override","a=b"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := pod(t, container(test.fields))
			p := recognise(root).Processes[0]
			route := p.Route(test.property, test.value)
			if route.Kind != test.kind {
				t.Fatalf("route %+v, want %s", route, test.kind)
			}
			apply(document.NewEditor(root), p.Container, route)
			text := string(p.Container.AppendJSON(nil))
			if strings.Count(text, test.written) != 1 {
				t.Errorf("%s is not there once:\n%s", test.written, text)
			}
			again := recognise(root).Processes[0]
			setting, ok := again.Property(test.property)
			if !ok || !setting.Known || setting.Value != test.value {
				t.Errorf("afterwards the property is %+v in\n%s", setting, text)
			}
			if next := again.Route(test.property, test.value); next.Kind == workload.RouteArgument && next.Replace == nil {
				t.Errorf("a second time, the property would be appended again")
			}
		})
	}
}

func TestWhereAPodCannotCarryAPropertyTheRouteSaysWhy(t *testing.T) {
	const all = "quorumListenOnAllIPs"
	for _, test := range []struct {
		name, fields, property string
		why                    verdict.Code
		instead                string
	}{
		{"a mounted file", officialZooKeeper + `, volumeMounts: [{name: c, mountPath: /conf}]`, all, verdict.ListenMountedConfig,
			"the configuration is mounted at /conf, and the image ignores its variables then; add quorumListenOnAllIPs=true to that file"},
		{"a foreign command", officialZooKeeper + `, command: [sh, -c, "zkServer.sh start-foreground"]`, all, verdict.ListenForeignCommand,
			`the container's command does not run the start script that reads variables; ` +
				`let it end in "/docker-entrypoint.sh zkServer.sh start-foreground", or add quorumListenOnAllIPs=true to the configuration that it uses`},
		{"a script out of sight", bitnamiZooKeeper + `, command: [/custom/start.sh], ports: [{containerPort: 2181}]`, all, verdict.ListenForeignCommand,
			"the container runs a script that cannot be seen from the pod; add quorumListenOnAllIPs=true to the configuration that it uses"},
		{"a command that sets the variable itself", officialZooKeeper + `, command: [bash, -c, "export ZOO_CFG_EXTRA=a=b; exec /docker-entrypoint.sh zkServer.sh start-foreground"]`, all, verdict.ListenForeignCommand,
			"the container's command sets ZOO_CFG_EXTRA itself; set quorumListenOnAllIPs=true there"},
		{"a command that unsets the variable", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: a=b}], command: [bash, -c, "unset ZOO_CFG_EXTRA; exec /docker-entrypoint.sh zkServer.sh start-foreground"]`, all, verdict.ListenForeignCommand,
			"the container's command sets ZOO_CFG_EXTRA itself; set quorumListenOnAllIPs=true there"},
		{"a file that a variable names", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED_FILE, value: /x}]`, all, verdict.ListenNoRoute,
			"the image reads ZOO_LISTEN_ALLIPS_ENABLED from the file that ZOO_LISTEN_ALLIPS_ENABLED_FILE names; set quorumListenOnAllIPs=true there"},
		{"a name that no variable can spell", bitnamiKafka, "a.b_c", verdict.ListenNoRoute,
			"the image has no variable for a.b_c; mount a configuration file that says a.b_c=true"},
		{"a property that the image does not know", confluentZooKeeper, "standaloneEnabled", verdict.ListenNoRoute,
			"the image has no variable for standaloneEnabled; mount a configuration file that says standaloneEnabled=true"},
		{"the Apache image without variables", apacheKafka, "principal.builder.class", verdict.ListenNoRoute,
			"the image drops its own configuration as soon as one variable is given, and this pod gives none; give the whole configuration, with principal.builder.class=true in it"},
		{"the Apache image whose variables may come from elsewhere", apacheKafka + `, envFrom: [{configMapRef: {name: c}}]`, "principal.builder.class", verdict.ListenNoRoute,
			"the image drops its own configuration as soon as one variable is given, and this pod gives none; give the whole configuration, with principal.builder.class=true in it"},
		{"a plain ZooKeeper", `image: x, command: [zookeeper-server-start.sh, /etc/kafka/zookeeper.properties]`, all, verdict.ListenNoRoute,
			"only the configuration file can say it; add quorumListenOnAllIPs=true to /etc/kafka/zookeeper.properties"},
		{"a plain ZooKeeper without a file", `image: x, command: [zkServer.sh, start-foreground]`, all, verdict.ListenNoRoute,
			"only the configuration file can say it; add quorumListenOnAllIPs=true to zoo.cfg"},
		{"a script in a script", `image: x, command: [sh, -c, "sh -c 'kafka-server-start.sh s.properties'"]`, "a", verdict.ListenNoRoute,
			"the command line stands in a script where Sluice does not put anything; add --override a=true to it"},
		{"a script that the kubelet changes", `image: x, command: [sh, -c, "A=$$(date) kafka-server-start.sh s.properties"]`, "a", verdict.ListenNoRoute,
			"the command line stands in a script where Sluice does not put anything; add --override a=true to it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			route := process(t, container(test.fields)).Route(test.property, "true")
			if route.Kind != workload.RouteNone || route.Why != test.why || route.Instead != test.instead {
				t.Errorf("got  %s %s\n%s\nwant %s\n%s", route.Kind, route.Why, route.Instead, test.why, test.instead)
			}
		})
	}
}

func TestAListCannotHoldAValueWithItsSeparator(t *testing.T) {
	if route := process(t, container(officialZooKeeper)).Route("x", "a b"); route.Kind != workload.RouteNone {
		t.Errorf("route %+v", route)
	}
}

func TestAnythingCanStandInAListBeside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		current := rapid.StringOfN(rapid.SampledFrom([]rune("ab=: \t\n")), 0, 40, -1).Draw(t, "current")
		current = strings.ReplaceAll(current, "b", "a=x")
		p := process(t, container(officialZooKeeper+fmt.Sprintf(", env: [{name: ZOO_CFG_EXTRA, value: %q}]", current)))
		route := p.Route("a", "y")
		changed := route.In(current)
		again := process(t, container(officialZooKeeper+fmt.Sprintf(", env: [{name: ZOO_CFG_EXTRA, value: %q}]", changed)))
		if setting, ok := again.Property("a"); !ok || setting.Value != "y" {
			t.Fatalf("%q became %q: %+v", current, changed, setting)
		}
		if count := strings.Count(" "+strings.Join(strings.Fields(changed), " ")+" ", " a=y "); count != 1 {
			t.Fatalf("%q became %q", current, changed)
		}
		if route.In(changed) != changed {
			t.Fatalf("%q became %q and then %q", current, changed, route.In(changed))
		}
	})
}
