package workload_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// configured is a world with ConfigMaps, each a document of a YAML stream.
func configured(t testing.TB, configMaps string) surroundings.Surroundings {
	t.Helper()
	files := surroundings.NewFiles("istio-system", "")
	for doc, err := range document.Read(document.NewFile("config.yaml", []byte(configMaps))) {
		if err != nil {
			t.Fatal(err)
		}
		if err := files.Add(doc); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// processIn recognises the one process of a pod in a world.
func processIn(t testing.TB, around surroundings.Surroundings, spec string) *workload.Process {
	t.Helper()
	found := workload.Recognise(t.Context(), pod(t, spec), "", around)
	if found == nil || len(found.Processes) != 1 {
		t.Fatalf("not recognised: %+v", found)
	}
	return found.Processes[0]
}

// configMap writes a ConfigMap with one text.
func configMap(name, key, text string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata:\n  %s: |\n    %s\n",
		name, key, strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    "))
}

func TestVariablesComeFromConfigMaps(t *testing.T) {
	around := configured(t, `
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {ZOO_LISTEN_ALLIPS_ENABLED: "yes", LISTEN_ALLIPS_ENABLED: "yes", listen: "yes", reference: "$(LISTEN)"}
binaryData: {ZOO_TICK_TIME: AAAA}`)
	const all = "quorumListenOnAllIPs"
	for _, test := range []struct{ name, fields, property, want string }{
		{"a key", `env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {configMapKeyRef: {name: c, key: listen}}}]`, all, `"true" env`},
		{"a key that is not there", `env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {configMapKeyRef: {name: c, key: other}}}]`, all, "? env"},
		{"nor has to be", `env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {configMapKeyRef: {name: c, key: other, optional: true}}}]`, all, `"false" default`},
		{"a ConfigMap that is not at hand", `env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {configMapKeyRef: {name: d, key: listen, optional: true}}}]`, all, "? env"},
		{"a Secret", `env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {secretKeyRef: {name: c, key: listen}}}]`, all, "? env"},
		{"all keys", `envFrom: [{configMapRef: {name: c}}]`, all, `"true" env`},
		{"all keys with a prefix", `envFrom: [{prefix: ZOO_, configMapRef: {name: c}}]`, all, `"true" env`},
		{"with a prefix that fits none", `envFrom: [{prefix: X_, configMapRef: {name: c}}]`, all, `"false" default`},
		{"the container counts more", `envFrom: [{configMapRef: {name: c}}], env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "no"}]`, all, `"false" env`},
		{"an optional key takes nothing away", `envFrom: [{configMapRef: {name: c}}], env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, valueFrom: {configMapKeyRef: {name: c, key: other, optional: true}}}]`, all, `"true" env`},
		{"what is no text", `envFrom: [{configMapRef: {name: c}}]`, "tickTime", `"2000" default`},
		{"all keys of a Secret", `envFrom: [{configMapRef: {name: c}}, {secretRef: {name: s}}]`, "tickTime", "? env"},
		{"all keys of a ConfigMap that is not at hand", `envFrom: [{configMapRef: {name: d, optional: true}}]`, all, "? env"},
		{"nothing in a key is replaced", `env: [{name: LISTEN, value: "1"}, {name: ZOO_TICK_TIME, valueFrom: {configMapKeyRef: {name: c, key: reference}}}]`, "tickTime", `"$(LISTEN)" env`},
		{"but others can refer to it", `env: [{name: LISTEN, valueFrom: {configMapKeyRef: {name: c, key: listen}}}, {name: ZOO_LISTEN_ALLIPS_ENABLED, value: "$(LISTEN)"}]`, all, `"true" env`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := show(processIn(t, around, container(bitnamiZooKeeper+", "+test.fields)), test.property); got != test.want {
				t.Errorf("%s is %s, want %s", test.property, got, test.want)
			}
		})
	}
}

func TestAnAbsentConfigMapBringsNothingIfItIsOptional(t *testing.T) {
	for optional, want := range map[string]string{"true": `"false" default`, "false": "? env"} {
		p := processIn(t, empty{}, container(bitnamiZooKeeper+`, envFrom: [{configMapRef: {name: c, optional: `+optional+`}}]`))
		if got := show(p, "quorumListenOnAllIPs"); got != want {
			t.Errorf("optional: %s: %s, want %s", optional, got, want)
		}
	}
}

// empty is a world in which there is certainly no ConfigMap.
type empty struct{ surroundings.None }

func (empty) ConfigMap(context.Context, string, string) (surroundings.ConfigMap, surroundings.Knowledge) {
	return surroundings.ConfigMap{}, surroundings.Absent
}

func TestMountedFilesAreRead(t *testing.T) {
	const all = "quorumListenOnAllIPs"
	around := configured(t, configMap("c", "zoo.cfg", "# quorumListenOnAllIPs=false\ntickTime = 3000\nquorumListenOnAllIPs : true\nserver.1=a:2888:3888\nserver.2=b:2888:3888")+
		configMap("other", "my.cfg", "dynamicConfigFile=/conf/zoo.cfg.dynamic\nserver.1=a:1:2"))
	volume := func(source string) string { return ", volumes: [{name: v, " + source + "}]}" }
	for _, test := range []struct{ name, mounts, volume, property, want string }{
		{"a directory", `{name: v, mountPath: /conf}`, `configMap: {name: c}`, all, `"true" file`},
		{"a directory, with a slash", `{name: v, mountPath: /conf/}`, `configMap: {name: c}`, all, `"true" file`},
		{"a file", `{name: v, mountPath: /conf/zoo.cfg, subPath: zoo.cfg}`, `configMap: {name: c}`, all, `"true" file`},
		{"a chosen key", `{name: v, mountPath: /conf}`, `configMap: {name: other, items: [{key: my.cfg, path: zoo.cfg}]}`, all, `"false" default`},
		{"a chosen key below", `{name: v, mountPath: /conf/zoo.cfg, subPath: a/zoo.cfg}`, `configMap: {name: c, items: [{key: zoo.cfg, path: a/zoo.cfg}]}`, all, `"true" file`},
		{"a projected volume", `{name: v, mountPath: /conf}`, `projected: {sources: [{secret: {name: s, items: [{key: k, path: k}]}}, {configMap: {name: c}}]}`, all, `"true" file`},
		{"a projected volume, in which a Secret may be it", `{name: v, mountPath: /conf}`, `projected: {sources: [{secret: {name: s}}, {configMap: {name: other}}]}`, all, "-"},
		{"a Secret", `{name: v, mountPath: /conf}`, `secret: {secretName: c}`, all, "-"},
		{"a ConfigMap that is not at hand", `{name: v, mountPath: /conf}`, `configMap: {name: d}`, all, "-"},
		{"a variable path", `{name: v, mountPath: /conf, subPathExpr: $(POD_NAME)}`, `configMap: {name: c}`, all, "-"},
		{"spaces around the value", `{name: v, mountPath: /conf}`, `configMap: {name: c}`, "tickTime", `"3000" file`},
		{"the servers", `{name: v, mountPath: /conf}`, `configMap: {name: c}`, "servers", `"server.1=a:2888:3888 server.2=b:2888:3888" file`},
		{"the servers in a file of their own", `{name: v, mountPath: /conf}`, `configMap: {name: other, items: [{key: my.cfg, path: zoo.cfg}]}`, "servers", "? file"},
		{"the server's own default", `{name: v, mountPath: /conf}`, `configMap: {name: c}`, "maxClientCnxns", `"60" default`},
		{"nothing that the image would set", `{name: v, mountPath: /conf}`, `configMap: {name: c}`, "initLimit", "-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := strings.TrimSuffix(container(officialZooKeeper+", volumeMounts: ["+test.mounts+"]"), "}") + volume(test.volume)
			if got := show(processIn(t, around, spec), test.property); got != test.want {
				t.Errorf("%s is %s, want %s", test.property, got, test.want)
			}
		})
	}
}

func TestTheFileOfTheCommandLineIsRead(t *testing.T) {
	around := configured(t, configMap("c", "kafka.properties", "listeners=PLAINTEXT://:9092\nsuper.users=User:a;\\\n  User:b\nsecret=${file:/x:y}\nprocess.roles=controller"))
	for _, test := range []struct{ name, fields, property, want string }{
		{"named", `command: [kafka-server-start.sh, /etc/kafka/kafka.properties]`, "listeners", `"PLAINTEXT://:9092" file`},
		{"on two lines", `command: [kafka-server-start.sh, /etc/kafka/kafka.properties]`, "super.users", `"User:a;User:b" file`},
		{"what a provider replaces", `command: [kafka-server-start.sh, /etc/kafka/kafka.properties]`, "secret", "? file"},
		{"overridden", `command: [kafka-server-start.sh, /etc/kafka/kafka.properties, --override, "listeners=X://:1"]`, "listeners", `"X://:1" argument`},
		{"from the working directory", `workingDir: /etc, command: [kafka-server-start.sh, kafka/kafka.properties]`, "listeners", `"PLAINTEXT://:9092" file`},
		{"from a directory that cannot be told", `command: [kafka-server-start.sh, config/kafka.properties]`, "listeners", "-"},
		{"another file", `command: [kafka-server-start.sh, /opt/kafka.properties]`, "listeners", "-"},
		{"in a variable", `env: [{name: D, value: /etc/kafka}], command: [sh, -c, 'exec kafka-server-start.sh "$D"/kafka.properties']`, "listeners", `"PLAINTEXT://:9092" file`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := processIn(t, around, strings.TrimSuffix(container("image: x, "+test.fields+", volumeMounts: [{name: v, mountPath: /etc/kafka}]"), "}")+", volumes: [{name: v, configMap: {name: c}}]}")
			if got := show(p, test.property); got != test.want {
				t.Errorf("%s is %s, want %s", test.property, got, test.want)
			}
		})
	}
}

func TestTheRoleIsReadFromTheFile(t *testing.T) {
	around := configured(t, configMap("c", "kafka.properties", "process.roles=controller"))
	p := processIn(t, around, strings.TrimSuffix(container("image: x, command: [kafka-server-start.sh, /c/kafka.properties], volumeMounts: [{name: v, mountPath: /c}]"), "}")+", volumes: [{name: v, configMap: {name: c}}]}")
	if p.Role != workload.Controller || !p.KRaft {
		t.Errorf("a %s, KRaft %v", p.Role, p.KRaft)
	}
}

func TestVariablesAreReadOnTopOfAMountedFile(t *testing.T) {
	around := configured(t, configMap("c", "server.properties", "listeners=PLAINTEXT://:9092\nnode.id=1"))
	p := processIn(t, around, strings.TrimSuffix(container(apacheKafka+`, env: [{name: KAFKA_NODE_ID, value: "7"}], volumeMounts: [{name: v, mountPath: /mnt/shared/config}]`), "}")+", volumes: [{name: v, configMap: {name: c}}]}")
	for property, want := range map[string]string{"listeners": `"PLAINTEXT://:9092" file`, "node.id": `"7" env`} {
		if got := show(p, property); got != want {
			t.Errorf("%s is %s, want %s", property, got, want)
		}
	}
}

// Each script leaves something in /conf/zoo.cfg. The ConfigMap c is mounted at /config,
// and so is not at hand d at /unseen.
func TestScriptsLeaveTheirTextInTheFile(t *testing.T) {
	around := configured(t, configMap("c", "zoo.cfg", "tickTime=${TICK}\nquorumListenOnAllIPs=PLACE\n# a comment\nserver.1=a:2888:3888")+configMap("c2", "more.cfg", "initLimit=5"))
	const all, tick, unset = "quorumListenOnAllIPs", "tickTime", "initLimit"
	for _, test := range []struct{ name, script, property, want string }{
		{"copied", `cp /config/zoo.cfg /conf/zoo.cfg`, all, `"PLACE" file`},
		{"copied into a directory", `cp /config/zoo.cfg /conf/`, all, `"PLACE" file`},
		{"copied with all others", `cp -Lur /config/* /conf/`, all, `"PLACE" file`},
		{"copied as a directory", `cp -r /config/. /conf`, all, `"PLACE" file`},
		{"linked", `ln -sf /config/zoo.cfg /conf/zoo.cfg`, all, `"PLACE" file`},
		{"moved away", `cp /config/zoo.cfg /conf/zoo.cfg; mv /conf/zoo.cfg /conf/old.cfg`, all, `"false" default`},
		{"removed", `cp /config/zoo.cfg /conf/zoo.cfg; rm -f /conf/zoo.cfg`, all, `"false" default`},
		{"from a file that is not at hand", `cp /unseen/zoo.cfg /conf/zoo.cfg`, all, "-"},
		{"printed", `cat /config/zoo.cfg > /conf/zoo.cfg`, all, `"PLACE" file`},
		{"printed with more", `cat /config/zoo.cfg /more/more.cfg > /conf/zoo.cfg`, unset, `"5" file`},
		{"printed with more that is not at hand", `cat /config/zoo.cfg /unseen/more.cfg > /conf/zoo.cfg`, all, "? file"},
		{"read from it", `cat < /config/zoo.cfg > /conf/zoo.cfg`, all, `"PLACE" file`},
		{"through tee", `cat /config/zoo.cfg | tee /conf/zoo.cfg > /dev/null`, all, `"PLACE" file`},
		{"appended through tee", `cp /config/zoo.cfg /conf/zoo.cfg; echo initLimit=7 | tee -a /conf/zoo.cfg`, unset, `"7" script`},
		{"nothing is in it but that", `cat /config/zoo.cfg > /conf/zoo.cfg`, unset, "-"},
		{"filtered", `grep -v tickTime /config/zoo.cfg > /conf/zoo.cfg`, all, "? file"},
		{"through a program that is not known", `render /config/zoo.cfg > /conf/zoo.cfg`, all, "-"},
		{"edited by a program that is not known", `cp /config/zoo.cfg /conf/zoo.cfg; crudini --set /conf/zoo.cfg a b`, all, "-"},
		{"its rights changed", `cp /config/zoo.cfg /conf/zoo.cfg; chown 1000 /conf/zoo.cfg`, all, `"PLACE" file`},
		{"or maybe another", `cp /config/zoo.cfg /conf/zoo.cfg; if [ -f /x ]; then cp /more/more.cfg /conf/zoo.cfg; fi`, all, "? file"},
		{"or maybe another, in which it is not", `cp /config/zoo.cfg /conf/zoo.cfg; if [ -f /x ]; then cp /more/more.cfg /conf/zoo.cfg; fi`, unset, "? file"},

		{"envsubst", `envsubst < /config/zoo.cfg > /conf/zoo.cfg`, tick, `"1500" file`},
		{"envsubst in a pipe", `cat /config/zoo.cfg | envsubst | cat > /conf/zoo.cfg`, tick, `"1500" file`},
		{"envsubst of others only", `envsubst '$A ${B}' < /config/zoo.cfg > /conf/zoo.cfg`, tick, "? file"},
		{"envsubst of what the pod does not set", `echo 'quorumListenOnAllIPs=$ALL' | envsubst > /conf/zoo.cfg`, all, "? script"},

		{"sed to another file", `sed -e 's/PLACE/true/' /config/zoo.cfg > /conf/zoo.cfg`, all, `"true" file`},
		{"sed in a pipe", `cat /config/zoo.cfg | sed "s|PLACE|true|g" > /conf/zoo.cfg`, all, `"true" file`},
		{"sed in place", `cp /config/zoo.cfg /conf/zoo.cfg; sed -i "s/^quorumListenOnAllIPs=.*/quorumListenOnAllIPs=true/" /conf/zoo.cfg`, all, `"true" file`},
		{"sed of another line", `cp /config/zoo.cfg /conf/zoo.cfg; sed -i "s/^server\.1=.*/server.1=$HOST/" /conf/zoo.cfg`, all, `"PLACE" file`},
		{"sed with what cannot be seen", `cp /config/zoo.cfg /conf/zoo.cfg; sed -i "s/PLACE/$ALL/" /conf/zoo.cfg`, all, "? file"},
		{"sed for what cannot be seen", `cp /config/zoo.cfg /conf/zoo.cfg; sed -i "s/server.$ID=.*/server.$ID=0.0.0.0/" /conf/zoo.cfg`, all, `"PLACE" file`},
		{"sed for what cannot be seen, there", `cp /config/zoo.cfg /conf/zoo.cfg; sed -i "s/server.$ID=.*/server.$ID=0.0.0.0/" /conf/zoo.cfg`, "servers", "? file"},
		{"sed that deletes", `sed '/quorumListen/d' /config/zoo.cfg > /conf/zoo.cfg`, all, `"false" default`},
		{"sed with a group", `sed -E 's/^(quorumListenOnAllIPs)=(PLACE)$/\1=not-\2/' /config/zoo.cfg > /conf/zoo.cfg`, all, `"not-PLACE" file`},
		{"sed with a basic group", `sed 's/^\(quorumListenOnAllIPs\)=P.*$/\1=true\ninitLimit=9/' /config/zoo.cfg > /conf/zoo.cfg`, unset, `"9" file`},
		{"sed with brackets", `sed 's/=[A-Z]*$/=true/;s/true/& /' /config/zoo.cfg > /conf/zoo.cfg`, all, `"true" file`},
		{"sed for some lines", `sed '/quorum/s/PLACE/true/' /config/zoo.cfg > /conf/zoo.cfg`, all, `"true" file`},
		{"sed that is too much", `sed '1,2{h;G}' /config/zoo.cfg > /conf/zoo.cfg`, all, "-"},
		{"sed with a script of its own", `sed -f /x.sed /config/zoo.cfg > /conf/zoo.cfg`, all, "-"},
		{"sed, maybe", `cp /config/zoo.cfg /conf/zoo.cfg; [ -f /x ] && sed -i s/PLACE/true/ /conf/zoo.cfg`, all, "? file"},
		{"sed, maybe, of another line", `cp /config/zoo.cfg /conf/zoo.cfg; [ -f /x ] && sed -i s/TICK/true/ /conf/zoo.cfg`, all, `"PLACE" file`},

		{"a here document", "cat > /conf/zoo.cfg <<EOF\nquorumListenOnAllIPs=$TICK\nEOF", all, `"1500" script`},
		{"a quoted here document", "cat > /conf/zoo.cfg <<'EOF'\nquorumListenOnAllIPs=true\ninitLimit=$TICK\nEOF", unset, `"$TICK" script`},
		{"an indented here document", "cat > /conf/zoo.cfg <<-EOF\n\tquorumListenOnAllIPs=true\n\tEOF", all, `"true" script`},
		{"a here document through sed", "sed s/PLACE/true/ > /conf/zoo.cfg <<EOF\nquorumListenOnAllIPs=PLACE\nEOF", all, `"true" script`},
		{"a here string", `cat <<< quorumListenOnAllIPs=true > /conf/zoo.cfg`, all, `"true" script`},
		{"several programs", "{ echo tickTime=1; cat /more/more.cfg; printf 'quorumListenOnAllIPs=%s\\n' true; } > /conf/zoo.cfg", all, `"true" script`},
		{"a line in two parts", `{ printf quorumListen; echo -n OnAllIPs=; echo true; } > /conf/zoo.cfg`, all, `"true" script`},
		{"a loop", `for i in 1 2 3; do echo "server.$i=h-$i:1:2"; done > /conf/zoo.cfg; echo quorumListenOnAllIPs=true >> /conf/zoo.cfg`, all, `"true" script`},
		{"the servers of a loop", `for i in 1 2 3; do echo "server.$i=h-$i:1:2"; done > /conf/zoo.cfg`, "servers", "? script"},
		{"a name that a loop writes", `echo quorumListenOnAllIPs=true > /conf/zoo.cfg; for i in a b; do echo "$i=1"; done >> /conf/zoo.cfg`, all, "? script"},
		{"a function", `conf() { echo "quorumListenOnAllIPs=true"; }; conf > /conf/zoo.cfg`, all, `"true" script`},
		{"a function that edits", `edit() { sed -i s/PLACE/true/ /conf/zoo.cfg; }; cp /config/zoo.cfg /conf/zoo.cfg; edit`, all, `"true" file`},
		{"a function that calls itself", `f() { echo a=b; f; }; f > /conf/zoo.cfg; echo quorumListenOnAllIPs=true >> /conf/zoo.cfg`, all, `"true" script`},
		{"messages go elsewhere", `{ echo quorumListenOnAllIPs=true; echo quorumListenOnAllIPs=no >&2; } > /conf/zoo.cfg`, all, `"true" script`},
		{"a replacement of Bitnami's", `cp /config/zoo.cfg /conf/zoo.cfg; replace_in_file /conf/zoo.cfg PLACE true`, all, `"true" file`},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := fmt.Sprintf(`{containers: [{name: main, image: x, env: [{name: TICK, value: "1500"}], command: [bash, -c, %q],
				volumeMounts: [{name: c, mountPath: /config}, {name: more, mountPath: /more}, {name: d, mountPath: /unseen}]}],
				volumes: [{name: c, configMap: {name: c}}, {name: more, configMap: {name: c2}}, {name: d, configMap: {name: d}}]}`, test.script+"\nexec zkServer.sh start-foreground /conf/zoo.cfg")
			if got := show(processIn(t, around, spec), test.property); got != test.want {
				t.Errorf("%s is %s, want %s", test.property, got, test.want)
			}
		})
	}
}
