package workload_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

// show writes a setting in a way that a table of tests can hold: its value, "?" for
// one that cannot be seen, "-" for none, and where it comes from.
func show(p *workload.Process, name string) string {
	setting, ok := p.Property(name)
	switch {
	case !ok:
		return "-"
	case !setting.Known && setting.Value != "":
		return "a value that is not known has a text: " + setting.Value
	case !setting.Known:
		return "? " + string(setting.Source)
	default:
		return fmt.Sprintf("%q %s", setting.Value, setting.Source)
	}
}

// container returns the spec of a pod with one container of the given fields.
func container(fields string) string { return "{containers: [{name: main, " + fields + "}]}" }

const (
	bitnamiZooKeeper   = `image: "bitnami/zookeeper:3.9.4"`
	bitnamiKafka       = `image: "bitnami/kafka:3.9.0"`
	officialZooKeeper  = `image: "zookeeper:3.9.4"`
	confluentKafka     = `image: "confluentinc/cp-kafka:7.6.1"`
	confluentZooKeeper = `image: "confluentinc/cp-zookeeper:7.6.1"`
	apacheKafka        = `image: "apache/kafka:3.9.0"`
)

func TestPropertiesComeFromTheEnvironment(t *testing.T) {
	const all = "quorumListenOnAllIPs"
	for _, test := range []struct{ name, fields, property, want string }{
		{"the default", bitnamiZooKeeper, all, `"false" default`},
		{"the image's own spelling", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "yes"}]`, all, `"true" env`},
		{"a spelling that the image takes, too", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "TRUE"}]`, all, `"true" env`},
		{"what the image takes for false", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "on"}]`, all, `"false" env`},
		{"the last of two", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "yes"}, {name: ZOO_LISTEN_ALLIPS_ENABLED, value: "no"}]`, all, `"false" env`},
		{"empty is as unset", bitnamiZooKeeper + `, env: [{name: ZOO_TICK_TIME, value: ""}]`, "tickTime", `"2000" default`},
		{"no value at all", bitnamiZooKeeper + `, env: [{name: ZOO_TICK_TIME}]`, "tickTime", `"2000" default`},
		{"a secret", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {secretKeyRef: {name: s, key: k}}}]`, all, "? env"},
		{"a file", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED_FILE, value: /secrets/all}]`, all, "? env"},
		{"a file over a variable", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "yes"}, {name: ZOO_LISTEN_ALLIPS_ENABLED_FILE, value: /secrets/all}]`, all, "? env"},
		{"the rule after the table", bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "yes"}, {name: ZOO_CFG_quorumListenOnAllIPs, value: "false"}]`, all, `"false" env`},
		{"dots by the rule", bitnamiZooKeeper + `, env: [{name: ZOO_CFG_ssl_quorum_hostnameVerification, value: "false"}]`, "ssl.quorum.hostnameVerification", `"false" env`},
		{"the peers", bitnamiZooKeeper + `, env: [{name: ZOO_SERVERS, value: "a:2888:3888::1 b:2888:3888::2"}]`, "servers", `"a:2888:3888::1 b:2888:3888::2" env`},
		{"a number where a string belongs", bitnamiZooKeeper + `, env: [{name: ZOO_TICK_TIME, value: 3000}]`, "tickTime", `"3000" env`},

		{"envFrom may bring it", bitnamiZooKeeper + `, envFrom: [{configMapRef: {name: c}}]`, all, "? env"},
		{"envFrom with a fitting prefix may", bitnamiZooKeeper + `, envFrom: [{prefix: ZOO_, secretRef: {name: c}}]`, all, "? env"},
		{"envFrom with another prefix may not", bitnamiZooKeeper + `, envFrom: [{prefix: JAVA_, secretRef: {name: c}}]`, all, `"false" default`},
		{"a variable in the open counts more than envFrom", bitnamiZooKeeper + `, envFrom: [{configMapRef: {name: c}}], env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "yes"}]`, all, `"true" env`},

		{"a list", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "metricsProvider.httpPort=7000  quorumListenOnAllIPs=true"}]`, all, `"true" env`},
		{"a list on several lines", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "a=b\nquorumListenOnAllIPs=true\n"}]`, all, `"true" env`},
		{"the last entry of a list", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "quorumListenOnAllIPs=true quorumListenOnAllIPs=false"}]`, all, `"false" env`},
		{"a list without it", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "a=b"}]`, all, `"false" default`},
		{"a list that cannot be seen", officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, valueFrom: {configMapKeyRef: {name: c, key: k}}}]`, all, "? env"},
		{"the list over its table", officialZooKeeper + `, env: [{name: ZOO_MAX_CLIENT_CNXNS, value: "3"}, {name: ZOO_CFG_EXTRA, value: maxClientCnxns=0}]`, "maxClientCnxns", `"0" env`},
		{"a variable that the image drops", confluentZooKeeper + `, env: [{name: ZOOKEEPER_STANDALONE_ENABLED, value: "false"}]`, "standaloneEnabled", "-"},
		{"a boolean that is passed on", confluentZooKeeper + `, env: [{name: ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS, value: "true"}]`, all, `"true" env`},
		{"empty is passed on", confluentZooKeeper + `, env: [{name: ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS, value: ""}]`, all, `"" env`},

		{"underscores by the rule", confluentKafka + `, env: [{name: KAFKA_LISTENER_NAME_SASL__PLAINTEXT_X___Y, value: v}]`, "listener.name.sasl_plaintext.x-y", `"v" env`},
		{"an excluded name", confluentKafka + `, env: [{name: KAFKA_HEAP_OPTS, value: "-Xmx1g"}]`, "heap.opts", "-"},
		{"a name of its own", confluentKafka + `, env: [{name: KAFKA_ZOOKEEPER_CLIENT_CNXN_SOCKET, value: v}]`, "zookeeper.clientCnxnSocket", `"v" env`},
		{"capitals, which the rule lower-cases", confluentKafka + `, env: [{name: KAFKA_ZOOKEEPER_CLIENTCNXNSOCKET, value: v}]`, "zookeeper.clientCnxnSocket", "-"},
		{"empty is a value", bitnamiKafka + `, env: [{name: KAFKA_CFG_AUTHORIZER_CLASS_NAME}]`, "authorizer.class.name", `"" env`},
		{"Bitnami respells", bitnamiKafka + `, env: [{name: KAFKA_CFG_LISTENER_NAME_SASL_SSL_X, value: v}]`, "listener.name.sasl_ssl.x", `"v" env`},
		{"the older name over the newer", bitnamiKafka + `, env: [{name: KAFKA_LISTENERS, value: old}, {name: KAFKA_CFG_LISTENERS, value: new}]`, "listeners", `"old" env`},
		{"another contract's prefix", bitnamiKafka + `, env: [{name: KAFKA_SUPER_USERS, value: x}]`, "super.users", "-"},

		{"derived from what is advertised", confluentKafka + `, env: [{name: KAFKA_ADVERTISED_LISTENERS, value: "PLAINTEXT://kafka-0.kafka:9092,X://[fe80::1]:9093"}]`, "listeners",
			`"PLAINTEXT://0.0.0.0:9092,X://0.0.0.0:9093" default`},
		{"derived from what cannot be seen but for the host", confluentKafka + `, env: [{name: IP, valueFrom: {fieldRef: {}}}, {name: KAFKA_ADVERTISED_LISTENERS, value: "PLAINTEXT://$(IP):9092"}]`, "listeners",
			`"PLAINTEXT://0.0.0.0:9092" default`},
		{"derived from a port that cannot be seen", confluentKafka + `, env: [{name: P, valueFrom: {fieldRef: {}}}, {name: KAFKA_ADVERTISED_LISTENERS, value: "PLAINTEXT://a:$(P)"}]`, "listeners", "? default"},
		{"derived from a secret", confluentKafka + `, env: [{name: KAFKA_ADVERTISED_LISTENERS, valueFrom: {secretKeyRef: {name: s, key: k}}}]`, "listeners", "? default"},
		{"derived from what the command says", confluentKafka + `, command: [sh, -c, "export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://${POD_NAME}.kafka:9092 && exec /etc/confluent/docker/run"]`, "listeners",
			`"PLAINTEXT://0.0.0.0:9092" default`},
		{"given, not derived", confluentKafka + `, env: [{name: KAFKA_ADVERTISED_LISTENERS, value: "A://a:1"}, {name: KAFKA_LISTENERS, value: "A://:1"}]`, "listeners", `"A://:1" env`},

		{"the configuration of the image", apacheKafka, "process.roles", `"broker,controller" default`},
		{"which the first variable drops", apacheKafka + `, env: [{name: KAFKA_NODE_ID, value: "1"}]`, "process.roles", "-"},
		{"but not an excluded one", apacheKafka + `, env: [{name: KAFKA_HEAP_OPTS, value: "-Xmx1g"}]`, "process.roles", `"broker,controller" default`},
		{"which envFrom may drop", apacheKafka + `, envFrom: [{configMapRef: {name: c}}]`, "process.roles", "? env"},
		{"a mounted file below the variables", apacheKafka + `, volumeMounts: [{name: c, mountPath: /mnt/shared/config}]`, "process.roles", "-"},
		{"variables over a mounted file", apacheKafka + `, volumeMounts: [{name: c, mountPath: /mnt/shared/config}], env: [{name: KAFKA_NODE_ID, value: "1"}]`, "node.id", `"1" env`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := process(t, container(test.fields))
			if got := show(p, test.property); got != test.want {
				t.Errorf("%s is %s, want %s", test.property, got, test.want)
			}
		})
	}
}

func TestReferencesAreReplacedAsByTheKubelet(t *testing.T) {
	for _, test := range []struct{ name, env, want string }{
		{"an earlier variable", `{name: HOST, value: h}, {name: KAFKA_X, value: "a$(HOST)b"}`, `"ahb" env`},
		{"a later variable", `{name: KAFKA_X, value: "a$(HOST)b"}, {name: HOST, value: h}`, `"a$(HOST)b" env`},
		{"itself", `{name: KAFKA_X, value: "1"}, {name: KAFKA_X, value: "$(KAFKA_X)2"}`, `"12" env`},
		{"an escape", `{name: HOST, value: h}, {name: KAFKA_X, value: "$$(HOST) $$ $x $"}`, `"$(HOST) $ $x $" env`},
		{"nothing closed", `{name: KAFKA_X, value: "$(HOST"}`, `"$(HOST" env`},
		{"what comes from the pod", `{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: KAFKA_X, value: "$(IP):1"}`, "? env"},
		{"what hangs on that", `{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: A, value: "$(IP)"}, {name: KAFKA_X, value: "$(A)"}`, "? env"},
		{"a Service", `{name: KAFKA_X, value: "$(ZOOKEEPER_SERVICE_HOST):2181"}`, "? env"},
		{"the text after an escape", `{name: A, value: v}, {name: KAFKA_X, value: "$$$(A)"}`, `"$v" env`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := process(t, container(confluentKafka+", env: ["+test.env+"]"))
			if got := show(p, "x"); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestWithoutServiceLinksAServiceVariableStaysAsItIsWritten(t *testing.T) {
	p := process(t, "{enableServiceLinks: false, containers: [{name: main, "+confluentKafka+`, env: [
		{name: KAFKA_X, value: "$(ZOOKEEPER_SERVICE_HOST)"}, {name: KAFKA_Y, value: "$(KUBERNETES_SERVICE_HOST)"}]}]}`)
	if got, want := show(p, "x"), `"$(ZOOKEEPER_SERVICE_HOST)" env`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := show(p, "y"), "? env"; got != want {
		t.Errorf("the API server's own Service is always announced: %s, want %s", got, want)
	}
}

func TestReferencesThatGrowAreGivenUp(t *testing.T) {
	entries := []string{`{name: A0, value: 0123456789}`}
	for i := range 60 {
		entries = append(entries, fmt.Sprintf("{name: A%d, value: \"$(A%d)$(A%d)\"}", i+1, i, i))
	}
	entries = append(entries, `{name: KAFKA_X, value: "$(A60)"}`)
	p := process(t, container(confluentKafka+", env: ["+strings.Join(entries, ", ")+"]"))
	if got := show(p, "x"); got != "? env" {
		t.Errorf("%.100s, want ? env", got)
	}
}

func TestManyVariablesAreReadInTheirOrder(t *testing.T) {
	var entries []string
	for i := range 500 {
		entries = append(entries, fmt.Sprintf(`{name: V%d, value: "%d"}`, i%250, i))
	}
	entries = append(entries, `{name: KAFKA_X, value: "$(V0) $(V249)"}`)
	p := process(t, container(confluentKafka+", env: ["+strings.Join(entries, ", ")+"]"))
	if got, want := show(p, "x"), `"250 499" env`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTheCommandHasItsSayAboutVariables(t *testing.T) {
	const env = `, env: [{name: KAFKA_X, value: given}, {name: HOST, value: h}, {name: EMPTY, value: ""}, {name: TWO, value: "one two"}], command: [sh, -c, `
	for _, test := range []struct{ name, script, want string }{
		{"nothing said", `exec /etc/confluent/docker/run`, `"given" env`},
		{"exported", `export KAFKA_X=new && exec /etc/confluent/docker/run`, `"new" env`},
		{"assigned what is in the environment already", `KAFKA_X=new; /etc/confluent/docker/run`, `"new" env`},
		{"in front of the command", `KAFKA_X=new exec /etc/confluent/docker/run`, `"new" env`},
		{"through env", `exec env KAFKA_X=new /etc/confluent/docker/run`, `"new" env`},
		{"exported later than assigned", `A=new; export A; export KAFKA_X=$A; /etc/confluent/docker/run`, `"new" env`},
		{"unset", `unset KAFKA_X; exec /etc/confluent/docker/run`, "-"},
		{"afterwards", `/etc/confluent/docker/run; export KAFKA_X=late`, `"given" env`},
		{"in a branch", `if [ -f /x ]; then export KAFKA_X=new; fi; exec /etc/confluent/docker/run`, "? env"},
		{"after a test", `[ -f /x ] && export KAFKA_X=new; exec /etc/confluent/docker/run`, "? env"},
		{"in a subshell", `(export KAFKA_X=new); exec /etc/confluent/docker/run`, "? env"},
		{"of a command's output", `export KAFKA_X=$(hostname -f); exec /etc/confluent/docker/run`, "? env"},
		{"of the container's variables", `export KAFKA_X=${HOST}-"$HOST"-'$HOST'; exec /etc/confluent/docker/run`, `"h-h-$HOST" env`},
		{"of what the kubelet replaces", `export KAFKA_X=$(HOST)x; exec /etc/confluent/docker/run`, `"hx" env`},
		{"of what nothing sets", `export KAFKA_X=$KAFKA_HOME; exec /etc/confluent/docker/run`, "? env"},
		{"appended", `KAFKA_X+=more; exec /etc/confluent/docker/run`, "? env"},
		{"arithmetic", `export KAFKA_X=$((1+1)); exec /etc/confluent/docker/run`, "? env"},
		{"escaped", `export KAFKA_X=a\ b"\"c\""; exec /etc/confluent/docker/run`, `"a b\"c\"" env`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := process(t, container(confluentKafka+env+fmt.Sprintf("%q", test.script)+"]"))
			if got := show(p, "x"); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestWhatASourcedFileSetsIsUnknown(t *testing.T) {
	p := process(t, container(officialZooKeeper+`, env: [{name: ZOO_TICK_TIME, value: "1000"}], command: [bash, -c, ". /env.sh; exec /docker-entrypoint.sh zkServer.sh start-foreground"]`))
	if got := show(p, "quorumListenOnAllIPs"); got != "? env" {
		t.Errorf("a variable that the file may set: %s, want ? env", got)
	}
	if got := show(p, "tickTime"); got != `"1000" env` {
		t.Errorf("a variable in the open: %s", got)
	}
}

func TestMountedFilesHideTheVariables(t *testing.T) {
	for _, test := range []struct {
		name, fields, volumes string
		want                  workload.Reading
	}{
		{"Bitnami Kafka, the file", bitnamiKafka + `, volumeMounts: [{name: c, mountPath: /opt/bitnami/kafka/config/server.properties, subPath: server.properties}]`, "", workload.Hidden},
		{"Bitnami Kafka, the directory", bitnamiKafka + `, volumeMounts: [{name: c, mountPath: /opt/bitnami/kafka/config/}]`, "", workload.Hidden},
		{"Bitnami Kafka, the directory for injected files", bitnamiKafka + `, volumeMounts: [{name: c, mountPath: /bitnami/kafka/config}]`, "", workload.Hidden},
		{"Bitnami Kafka, that directory elsewhere", bitnamiKafka + `, env: [{name: KAFKA_MOUNTED_CONF_DIR, value: /conf}], volumeMounts: [{name: c, mountPath: /conf}]`, "", workload.Hidden},
		{"Bitnami Kafka, its data", bitnamiKafka + `, volumeMounts: [{name: c, mountPath: /bitnami/kafka}]`, "", workload.Read},
		{"Bitnami Kafka, another file", bitnamiKafka + `, volumeMounts: [{name: c, mountPath: /opt/bitnami/kafka/config/log4j.properties}, {name: d, mountPath: /opt/bitnami/kafka/config/certs}]`, "", workload.Read},
		{"an empty directory over a read-only root", bitnamiZooKeeper + `, volumeMounts: [{name: empty, mountPath: /opt/bitnami/zookeeper/conf, subPath: app-conf-dir}]`,
			`volumes: [{name: empty, emptyDir: {}}], initContainers: [{name: i, image: x, volumeMounts: [{name: empty, mountPath: /tmp, subPath: tmp-dir}]}]`, workload.Read},
		{"an empty directory that an init container fills", bitnamiZooKeeper + `, volumeMounts: [{name: empty, mountPath: /opt/bitnami/zookeeper/conf}]`,
			`volumes: [{name: empty, emptyDir: {}}], initContainers: [{name: i, image: x, volumeMounts: [{name: empty, mountPath: /out}]}]`, workload.Hidden},
		{"Bitnami ZooKeeper, the file", bitnamiZooKeeper + `, volumeMounts: [{name: c, mountPath: /opt/bitnami/zookeeper/conf/zoo.cfg, subPath: zoo.cfg}]`, "", workload.Hidden},
		{"official ZooKeeper, the directory", officialZooKeeper + `, volumeMounts: [{name: c, mountPath: /conf}]`, `volumes: [{name: c, configMap: {name: c}}]`, workload.Hidden},
		{"official ZooKeeper, the file", officialZooKeeper + `, volumeMounts: [{name: c, mountPath: /conf/zoo.cfg, subPath: zoo.cfg}]`, "", workload.Hidden},
		{"official ZooKeeper, the directory elsewhere", officialZooKeeper + `, env: [{name: ZOO_CONF_DIR, value: /etc/zk}], volumeMounts: [{name: c, mountPath: /etc/zk}]`, "", workload.Hidden},
		{"official ZooKeeper, the old directory then", officialZooKeeper + `, env: [{name: ZOO_CONF_DIR, value: /etc/zk}], volumeMounts: [{name: c, mountPath: /conf}]`, "", workload.Read},
		{"official ZooKeeper, its logging", officialZooKeeper + `, volumeMounts: [{name: c, mountPath: /conf/logback.xml, subPath: logback.xml}]`, "", workload.Read},
		{"Confluent renders whatever is mounted", confluentKafka + `, volumeMounts: [{name: c, mountPath: /etc/kafka}]`, "", workload.Read},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := "{containers: [{name: main, " + test.fields + "}]"
			if test.volumes != "" {
				spec += ", " + test.volumes
			}
			if got := process(t, spec+"}").Reading; got != test.want {
				t.Errorf("variables are %s, want %s", got, test.want)
			}
		})
	}
}

func TestADeadEnvironmentSetsNothing(t *testing.T) {
	for name, fields := range map[string]string{
		"hidden":   bitnamiKafka + `, volumeMounts: [{name: c, mountPath: /bitnami/kafka/config}], env: [{name: KAFKA_CFG_SUPER_USERS, value: "User:a"}]`,
		"bypassed": confluentKafka + `, command: [kafka-server-start, /etc/x], env: [{name: KAFKA_SUPER_USERS, value: "User:a"}]`,
	} {
		p := process(t, container(fields))
		if got := show(p, "super.users"); got != "-" {
			t.Errorf("%s: super.users is %s", name, got)
		}
		var ignored []string
		for _, property := range p.Ignored() {
			ignored = append(ignored, property)
		}
		if !slices.Equal(ignored, []string{"super.users"}) {
			t.Errorf("%s: the ignored are %v", name, ignored)
		}
	}
	for range process(t, container(confluentKafka+`, env: [{name: KAFKA_SUPER_USERS, value: x}]`)).Ignored() {
		t.Error("a variable that is read counts as ignored")
	}
}

func TestWhetherAScriptOutOfSightReadsAVariableIsUnknown(t *testing.T) {
	p := process(t, container(bitnamiZooKeeper+`, command: [/custom/start.sh], ports: [{containerPort: 2181}], env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "yes"}]`))
	if got := show(p, "quorumListenOnAllIPs"); got != "? env" {
		t.Errorf("%s, want ? env", got)
	}
	if got := show(p, "tickTime"); got != "-" {
		t.Errorf("a default is claimed: %s", got)
	}
}

func TestPropertiesComeFromTheCommandLine(t *testing.T) {
	for _, test := range []struct{ name, fields, property, want string }{
		{"two words", `command: [kafka-server-start.sh, x, --override, a=b]`, "a", `"b" argument`},
		{"one word", `command: [kafka-server-start.sh, x, --override=a=b=c]`, "a", `"b=c" argument`},
		{"the last one", `command: [kafka-server-start.sh, x], args: [--override, a=1, --override, a=2]`, "a", `"2" argument`},
		{"a reference", `env: [{name: ID, value: "7"}], command: [kafka-server-start.sh, x, --override, "broker.id=$(ID)"]`, "broker.id", `"7" argument`},
		{"a reference to the pod", `env: [{name: ID, valueFrom: {fieldRef: {fieldPath: metadata.name}}}], command: [kafka-server-start.sh, x, --override, "broker.id=$(ID)"]`, "broker.id", "? argument"},
		{"in a script", `command: [sh, -c, "exec kafka-server-start.sh x --override broker.id=${HOSTNAME##*-} \\\n --override a=\"b c\""]`, "a", `"b c" argument`},
		{"in a script, unknown", `command: [sh, -c, "exec kafka-server-start.sh x --override broker.id=${HOSTNAME##*-} \\\n --override a=b"]`, "broker.id", "? argument"},
		{"in a script, out of a variable", `env: [{name: O, value: "--override a=b"}], command: [sh, -c, "exec kafka-server-start.sh x $O"]`, "a", `"b" argument`},
		{"missing", `command: [kafka-server-start.sh, x, --override]`, "a", "-"},
		{"without a value", `command: [kafka-server-start.sh, x, --override, a]`, "a", "-"},
		{"the file says it", `command: [kafka-server-start.sh, x]`, "listeners", "-"},
		{"zkServer.sh takes none", `command: [zkServer.sh, start-foreground, --override, a=b]`, "a", "-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := show(process(t, container("image: x, "+test.fields)), test.property); got != test.want {
				t.Errorf("%s is %s, want %s", test.property, got, test.want)
			}
		})
	}
}

func TestPropertiesComeFromTheFileThatTheScriptWrites(t *testing.T) {
	const all = "quorumListenOnAllIPs"
	for _, test := range []struct{ name, script, want string }{
		{"echo", `echo quorumListenOnAllIPs=true >> /conf/zoo.cfg; zkServer.sh start-foreground`, `"true" script`},
		{"echo to a file in a variable", `echo "quorumListenOnAllIPs=true" >> "$ZOO_CONF_DIR/zoo.cfg" && exec zkServer.sh start-foreground`, `"true" script`},
		{"printf", `printf 'a=b\nquorumListenOnAllIPs=true\n' > zoo.cfg; zkServer.sh start-foreground`, `"true" script`},
		{"printf with a format", `printf '%s\n' a=b quorumListenOnAllIPs=true > zoo.cfg; zkServer.sh start-foreground`, `"true" script`},
		{"a block", `{ echo a=b; echo quorumListenOnAllIPs=true; } > /conf/zoo.cfg; zkServer.sh start-foreground`, `"true" script`},
		{"a here document", "cat > /conf/zoo.cfg <<EOF\na=b\nquorumListenOnAllIPs=true\nserver.1=$HOST:1:2\nEOF\nzkServer.sh start-foreground", `"true" script`},
		{"a here document for tee", "tee /conf/zoo.cfg <<'EOF'\nquorumListenOnAllIPs=true\nEOF\nzkServer.sh start-foreground", `"true" script`},
		{"the last line", `echo quorumListenOnAllIPs=true >> /conf/zoo.cfg; echo quorumListenOnAllIPs=false >> /conf/zoo.cfg; zkServer.sh start-foreground`, `"false" script`},
		{"maybe", `if true; then echo quorumListenOnAllIPs=true >> /conf/zoo.cfg; fi; zkServer.sh start-foreground`, "? script"},
		{"a value that cannot be seen", `echo quorumListenOnAllIPs=$ALL >> /conf/zoo.cfg; zkServer.sh start-foreground`, "? script"},
		{"too late", `zkServer.sh start-foreground; echo quorumListenOnAllIPs=true >> /conf/zoo.cfg`, "-"},
		{"another file", `echo quorumListenOnAllIPs=true >> /tmp/notes; zkServer.sh start-foreground`, "-"},
		{"a file that is put in place afterwards", `echo quorumListenOnAllIPs=true >> /conf/zoo.cfg; cp /config/zoo.cfg /conf/; zkServer.sh start-foreground`, "-"},
		{"the file that is named", `echo quorumListenOnAllIPs=true >> /a/z.cfg; zkServer.sh start-foreground /a/z.cfg`, `"true" script`},
		{"not the file that is named", `echo quorumListenOnAllIPs=true >> /conf/zoo.cfg; zkServer.sh start-foreground /a/z.cfg`, "-"},
		{"a comment", `echo '# quorumListenOnAllIPs=true' >> /conf/zoo.cfg; zkServer.sh start-foreground`, "-"},
		{"nowhere", `echo quorumListenOnAllIPs=true; zkServer.sh start-foreground`, "-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := process(t, container(fmt.Sprintf("image: x, command: [bash, -c, %q]", test.script)))
			if got := show(p, all); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestAFileThatTheScriptPutsInPlaceHidesTheVariables(t *testing.T) {
	for script, want := range map[string]string{
		"cp /config/zoo.cfg /conf/zoo.cfg && exec /docker-entrypoint.sh zkServer.sh start-foreground": "-",
		"cp /config/zoo.cfg /conf && exec /docker-entrypoint.sh zkServer.sh start-foreground":         "-",
		"echo a=b > /conf/zoo.cfg; exec /docker-entrypoint.sh zkServer.sh start-foreground":           `"false" default`,
	} {
		p := process(t, container(officialZooKeeper+fmt.Sprintf(`, command: [bash, -c, %q], env: [{name: ZOO_CFG_EXTRA, value: "quorumListenOnAllIPs=true"}]`, script)))
		if p.Reading != workload.Bypassed || show(p, "quorumListenOnAllIPs") != want {
			t.Errorf("%s: variables are %s, the property %s", script, p.Reading, show(p, "quorumListenOnAllIPs"))
		}
	}
}

func TestAllPropertiesAreListedOnceAndSorted(t *testing.T) {
	p := process(t, container(bitnamiZooKeeper+`, env: [{name: ZOO_TICK_TIME, value: "1"}, {name: ZOO_CFG_secureClientPort, value: "2281"}, {name: PATH, value: x}]`))
	listed := maps.Collect(p.Properties())
	for name, want := range map[string]string{"tickTime": "1", "secureClientPort": "2281", "quorumListenOnAllIPs": "false"} {
		if listed[name].Value != want {
			t.Errorf("%s is %q, want %q", name, listed[name].Value, want)
		}
	}
	var names []string
	for name, setting := range p.Properties() {
		names = append(names, name)
		if alone, ok := p.Property(name); !ok || alone != setting {
			t.Errorf("%s is %+v in the list and %+v alone", name, setting, alone)
		}
	}
	if !slices.IsSorted(names) || len(names) != len(listed) {
		t.Errorf("the names are %v", names)
	}
}

func TestASettingPointsAtWhereItIsWritten(t *testing.T) {
	root := pod(t, `{containers: [{name: zk, `+bitnamiZooKeeper+`, env: [{name: A, value: b}, {name: ZOO_LISTEN_ALLIPS_ENABLED, value: "yes"}, {name: ZOO_TICK_TIME, valueFrom: {fieldRef: {}}}],
		envFrom: [{prefix: ZOO_INIT, configMapRef: {name: c}}]}, {name: k, image: x, command: [kafka-server-start.sh, x, --override, a=b]}]}`)
	found := recognise(root)
	for _, test := range []struct {
		process        int
		property, want string
	}{
		{0, "quorumListenOnAllIPs", "spec.containers[0].env[1].value"},
		{0, "tickTime", "spec.containers[0].env[2].valueFrom"},
		{0, "initLimit", "spec.containers[0].envFrom[0]"},
		{1, "a", "spec.containers[1].command[3]"},
	} {
		setting, ok := found.Processes[test.process].Property(test.property)
		if !ok || setting.Node == nil || setting.Node.Path(root) != test.want {
			t.Errorf("%s is written at %+v, want %s", test.property, setting, test.want)
		}
	}
	if setting, _ := found.Processes[0].Property("syncLimit"); setting.Node != nil {
		t.Errorf("a default is written at %s", setting.Node.Path(root))
	}
}
