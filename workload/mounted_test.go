package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// The shape of Bitnami's chart since 24: an init container copies the ConfigMap into an
// empty directory, from which the server mounts the file.
const prepared = `{
	initContainers: [{name: prepare-config, image: "bitnami/kafka:4.0.0", command: [/bin/bash], args: [-ec, %q],
		env: [{name: KAFKA_CONF_FILE, value: /config/server.properties}, {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}],
		volumeMounts: [{name: kafka-config, mountPath: /config}, {name: kafka-configmaps, mountPath: /configmaps}, {name: secret-config, mountPath: /secret-config}]}],
	containers: [{name: kafka, image: "bitnami/kafka:4.0.0",
		volumeMounts: [{name: kafka-config, mountPath: /opt/bitnami/kafka/config/server.properties, subPath: server.properties}]}],
	volumes: [{name: kafka-config, emptyDir: {}}, {name: secret-config, %s}, {name: kafka-configmaps, configMap: {name: kafka}}]}`

func TestWhatAnInitContainerPreparesIsRead(t *testing.T) {
	around := configured(t, configMap("kafka", "server.properties", "listeners=CLIENT://:9092,CONTROLLER://:9093\nadvertised.listeners=CLIENT://advertised-address-placeholder:9092\nprocess.roles=controller,broker\nsasl.jaas.config=x password=\"password-placeholder\";"))
	const script = `. /opt/bitnami/scripts/libkafka.sh
configure_sasl() {
    replace_in_file "$KAFKA_CONF_FILE" "password-placeholder" "$KAFKA_PASSWORD"
}
cp /configmaps/server.properties $KAFKA_CONF_FILE
if [[ -f /data/meta.properties ]]; then
    kafka_server_conf_set "node.id" "$(cat /data/id)"
else
    kafka_server_conf_set "node.id" "1"
fi
kafka_server_conf_set "broker.rack" "eu"
replace_in_file "$KAFKA_CONF_FILE" "advertised-address-placeholder" "${POD}.kafka-headless"
configure_sasl
if [[ -f /secret-config/server-secret.properties ]]; then
    cat /secret-config/server-secret.properties >> $KAFKA_CONF_FILE
fi`
	for _, test := range []struct{ secret, property, want string }{
		{"emptyDir: {}", "listeners", `"CLIENT://:9092,CONTROLLER://:9093" file`},
		{"emptyDir: {}", "advertised.listeners", "? file"},
		{"emptyDir: {}", "process.roles", `"controller,broker" file`},
		{"emptyDir: {}", "node.id", "? script"},
		{"emptyDir: {}", "broker.rack", `"eu" script`},
		{"emptyDir: {}", "sasl.jaas.config", "? file"},
		{"emptyDir: {}", "authorizer.class.name", "-"},
		{"secret: {secretName: s}", "listeners", "? file"},
		{"secret: {secretName: s}", "authorizer.class.name", "-"},
	} {
		p := processIn(t, around, fmt.Sprintf(prepared, script, test.secret))
		if got := show(p, test.property); got != test.want || p.Reading != workload.Hidden {
			t.Errorf("with %s: %s is %s (variables are %s), want %s", test.secret, test.property, got, p.Reading, test.want)
		}
	}
}

func TestAnInitContainerThatCannotBeSeenLeavesAnything(t *testing.T) {
	around := configured(t, configMap("kafka", "server.properties", "listeners=CLIENT://:9092"))
	for _, script := range []string{"python3 /prepare.py", "cat /unseen/server.properties > /config/server.properties", "fi broken"} {
		p := processIn(t, around, fmt.Sprintf(prepared, script, "emptyDir: {}"))
		if got := show(p, "listeners"); got != "-" {
			t.Errorf("%s: listeners is %s", script, got)
		}
	}
}

func TestInitContainersBuildOnEachOther(t *testing.T) {
	p := processIn(t, surroundings.None{}, `{
		initContainers: [
			{name: one, image: x, command: [sh, -c, "echo tickTime=1 > /a/zoo.cfg"], volumeMounts: [{name: v, mountPath: /a}]},
			{name: two, image: x, command: [sh, -c, "echo quorumListenOnAllIPs=true >> /b/zoo.cfg"], volumeMounts: [{name: v, mountPath: /b}]},
			{name: three, image: x, command: [sh, -c, "echo quorumListenOnAllIPs=no > /c/zoo.cfg"], volumeMounts: [{name: w, mountPath: /c}]}],
		containers: [{name: zk, image: "zookeeper:3.9", volumeMounts: [{name: v, mountPath: /conf}]}],
		volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]}`)
	for property, want := range map[string]string{"tickTime": `"1" script`, "quorumListenOnAllIPs": `"true" script`} {
		if got := show(p, property); got != want {
			t.Errorf("%s is %s, want %s", property, got, want)
		}
	}
}

// The shape of Yolean's manifests: both scripts and files are in one ConfigMap, and
// the init container runs the one over the other.
func TestScriptsInAConfigMapAreFollowed(t *testing.T) {
	around := configured(t, `
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data:
  init.sh: |
    #!/bin/bash
    set -e
    [ -z "$ID_OFFSET" ] && ID_OFFSET=1
    export SERVER_ID=$((${HOSTNAME##*-} + $ID_OFFSET))
    cp -Lur /etc/kafka-configmap/* /etc/kafka/
    sed -i "s/server\.$SERVER_ID\=[a-z0-9.-]*/server.$SERVER_ID=0.0.0.0/" /etc/kafka/zookeeper.properties
  zookeeper.properties: |
    maxClientCnxns=3
    quorumListenOnAllIPs=true
    server.1=pzoo-0.pzoo:2888:3888:participant
  start.sh: |
    exec ./bin/zookeeper-server-start.sh /etc/kafka/zookeeper.properties
  start.py: |
    #!/usr/bin/env python3
    exec("kafka")
`)
	const spec = `{
		initContainers: [{name: init-config, image: "solsson/kafka-initutils", command: [/bin/bash, /etc/kafka-configmap/init.sh],
			volumeMounts: [{name: configmap, mountPath: /etc/kafka-configmap}, {name: config, mountPath: /etc/kafka}]}],
		containers: [{name: zookeeper, image: "solsson/kafka", command: [%s],
			volumeMounts: [{name: config, mountPath: /etc/kafka}, {name: configmap, mountPath: /scripts}]}],
		volumes: [{name: configmap, configMap: {name: config}}, {name: config, emptyDir: {}}]}`
	for _, command := range []string{
		"./bin/zookeeper-server-start.sh, /etc/kafka/zookeeper.properties",
		`bash, -c, "source /scripts/start.sh # zookeeper-server-start.sh"`,
		`bash, -c, "/scripts/start.sh # zookeeper-server-start.sh"`,
	} {
		p := processIn(t, around, fmt.Sprintf(spec, command))
		for property, want := range map[string]string{"maxClientCnxns": `"3" file`, "quorumListenOnAllIPs": `"true" file`, "servers": "? file"} {
			if got := show(p, property); got != want {
				t.Errorf("%s: %s is %s, want %s", command, property, got, want)
			}
		}
	}
	if workload.Recognise(t.Context(), pod(t, fmt.Sprintf(spec, "/scripts/start.py")), "", around) != nil {
		t.Error("a script of another language was followed")
	}
}

// The script of a known image tells more than its name does.
func TestTheScriptThatAChartMountsIsFollowed(t *testing.T) {
	around := configured(t, configMap("scripts", "setup.sh", "#!/bin/bash\nexport ZOO_SERVER_ID=1\nexport ZOO_LISTEN_ALLIPS_ENABLED=yes\nexec /entrypoint.sh /run.sh"))
	p := processIn(t, around, strings.TrimSuffix(container(bitnamiZooKeeper+`, command: [/scripts/setup.sh], volumeMounts: [{name: s, mountPath: /scripts/setup.sh, subPath: setup.sh}]`), "}")+", volumes: [{name: s, configMap: {name: scripts}}]}")
	if got := show(p, "quorumListenOnAllIPs"); got != `"true" env` {
		t.Errorf("it is %s", got)
	}
	setting, _ := p.Property("quorumListenOnAllIPs")
	if at := setting.Position(nil).String(); at != "config.yaml:9:38" || setting.Within() != "line 3 of setup.sh in ConfigMap scripts" {
		t.Errorf("it is written at %s, %s", at, setting.Within())
	}
	route := p.Route("quorumListenOnAllIPs", "true")
	if route.Kind != workload.RouteNone || !strings.Contains(route.Instead, "command sets ZOO_LISTEN_ALLIPS_ENABLED itself") {
		t.Errorf("the route is %+v", route)
	}
}

func TestASettingPointsIntoTheConfigMapThatSaysIt(t *testing.T) {
	around := configured(t, `apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  zoo.cfg: |
    # first
      tickTime = 3000
    quorumListenOnAllIPs=true
  limit: "5"
  folded: >-
    syncLimit=1

    initLimit=2
`)
	const spec = `{containers: [{name: zk, image: "zookeeper:3.9", volumeMounts: [{name: v, mountPath: /conf}],
		env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: limit}}}]}], volumes: [{name: v, configMap: {name: c%s}}]}`
	for _, test := range []struct{ items, property, position, within, path string }{
		{"", "tickTime", "config.yaml:7:7", "line 2 of zoo.cfg in ConfigMap c", "spec.containers[0].volumeMounts[0]"},
		{"", "quorumListenOnAllIPs", "config.yaml:8:5", "line 3 of zoo.cfg in ConfigMap c", "spec.containers[0].volumeMounts[0]"},
		{", items: [{key: folded, path: zoo.cfg}]", "initLimit", "config.yaml:13:5", "line 2 of folded in ConfigMap c", "spec.containers[0].volumeMounts[0]"},
	} {
		root := pod(t, fmt.Sprintf(spec, test.items))
		p := workload.Recognise(t.Context(), root, "", around).Processes[0]
		setting, ok := p.Property(test.property)
		if got := setting.Position(nil).String(); !ok || got != test.position || setting.Within() != test.within || setting.Node.Path(root) != test.path {
			t.Errorf("%s is at %s, %s, %s", test.property, got, setting.Within(), setting.Node.Path(root))
		}
	}
}

func TestASettingPointsIntoTheScriptThatWritesIt(t *testing.T) {
	const manifest = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: zk
      image: x
      command: [bash, -c]
      args:
        - |
          cat > /conf/zoo.cfg <<EOF
          tickTime=1
          maxClientCnxns=$MAX
          EOF
          echo "initLimit=5" >> /conf/zoo.cfg
          export KAFKA_X=1
          exec zkServer.sh start-foreground /conf/zoo.cfg
`
	for doc, err := range document.Read(document.NewFile("pod.yaml", []byte(manifest))) {
		if err != nil {
			t.Fatal(err)
		}
		p := workload.Recognise(t.Context(), doc.Root, "", surroundings.None{}).Processes[0]
		for property, want := range map[string]string{"tickTime": "pod.yaml:12:11", "maxClientCnxns": "pod.yaml:13:11", "initLimit": "pod.yaml:15:17"} {
			setting, _ := p.Property(property)
			if got := setting.Position(doc).String(); got != want {
				t.Errorf("%s is at %s, want %s", property, got, want)
			}
		}
	}
}

func TestARouteTakesThePlaceOfAConfigMapsVariable(t *testing.T) {
	around := configured(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {ZOO_CFG_EXTRA: \"a=b quorumListenOnAllIPs=false c=$(X)\"}\n")
	p := processIn(t, around, container(officialZooKeeper+", envFrom: [{configMapRef: {name: c}}]"))
	route := p.Route("quorumListenOnAllIPs", "true")
	if route.Kind != workload.RouteEnvList || route.From == nil || route.In(route.Current) != "a=b quorumListenOnAllIPs=true c=$$(X)" {
		t.Errorf("the route is %+v, which gives %q", route, route.In(route.Current))
	}
}

func TestWhereThePodCannotSayItTheRouteNamesTheConfigMap(t *testing.T) {
	around := configured(t, configMap("c", "zoo.cfg", "tickTime=3000\nquorumListenOnAllIPs=false"))
	const spec = `{containers: [{name: zk, image: %q, command: [%s], volumeMounts: [{name: v, mountPath: /conf}]}], volumes: [{name: v, configMap: {name: %s}}]}`
	for _, test := range []struct{ image, command, configMap, property, want string }{
		{"zookeeper:3.9", "", "c", "quorumListenOnAllIPs", "the configuration is mounted at /conf, and the image ignores its variables then; make it quorumListenOnAllIPs=true in line 2 of zoo.cfg in ConfigMap c"},
		{"zookeeper:3.9", "", "c", "x", "the configuration is mounted at /conf, and the image ignores its variables then; add x=true to zoo.cfg in ConfigMap c"},
		{"zookeeper:3.9", "", "d", "x", "the configuration is mounted at /conf, and the image ignores its variables then; add x=true to zoo.cfg in ConfigMap d"},
		{"x", "zkServer.sh, start-foreground, /conf/zoo.cfg", "c", "x", "only the configuration file can say it; add x=true to zoo.cfg in ConfigMap c"},
		{"x", "zkServer.sh, start-foreground", "c", "x", "only the configuration file can say it; add x=true to zoo.cfg in ConfigMap c"},
		{"zookeeper:3.9", "zkServer.sh, start-foreground", "c", "x", "the container's command does not run the start script that reads variables; add x=true to zoo.cfg in ConfigMap c"},
		{"x", `sh, -c, "echo x=false > /zoo.cfg; zkServer.sh start-foreground /zoo.cfg"`, "c", "x", "only the configuration file can say it, which a script writes; let it write x=true"},
	} {
		command := test.command
		route := processIn(t, around, fmt.Sprintf(spec, test.image, command, test.configMap)).Route(test.property, "true")
		if route.Kind != workload.RouteNone || route.Instead != test.want {
			t.Errorf("got %s\nwant %s", route.Instead, test.want)
		}
	}
}
