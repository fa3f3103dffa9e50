package workload_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

const (
	tutorialZooKeeper = `image: "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10"`
	k8szk             = `image: "gcr.io/google_samples/k8szk:v3"`
)

// programs stand in for those of the images: each script of an image in its shape, and a
// server that shows its configuration, its arguments, and whether it is the first process.
var programs = map[string]string{
	"/opt/zookeeper/bin/start-zookeeper": `#!/usr/bin/env bash
CONFIG_FILE=/opt/zookeeper/conf/zoo.cfg
function create_config() { rm -f $CONFIG_FILE; echo "tickTime=2000" >> $CONFIG_FILE; }
if [ -z "$*" ]; then exit 1; fi
create_config && exec zkServer.sh start-foreground "$@"
`,
	"/opt/zookeeper/bin/zkGenConfig.sh": "#!/bin/sh\nprintf tickTime=2000 > /opt/zookeeper/conf/zoo.cfg\n",
	"/opt/zookeeper/bin/zkServer.sh":    "#!/bin/sh\ncat /opt/zookeeper/conf/zoo.cfg\nprintf '\\n'\necho arguments=\"$*\"\n[ $$ = \"$STARTED\" ] && echo " + first + "\ntrue\n",
}

// first is what a server says that is the process which was started, and gets its signals.
const first = "first"

// run runs a container's command line in a directory that stands in for its disk.
func run(t *testing.T, container *document.Node) string {
	t.Helper()
	root := t.TempDir()
	moved := strings.NewReplacer("/opt/zookeeper", root+"/opt", "/tmp/", root+"/tmp/")
	for _, directory := range []string{"opt/bin", "opt/conf", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, directory), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range programs {
		if err := os.WriteFile(moved.Replace(name), []byte(moved.Replace(text)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var words []string
	for _, field := range []string{"command", "args"} {
		for _, item := range container.Get(field).Items() {
			words = append(words, moved.Replace(item.Text()))
		}
	}
	command := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `STARTED=$$ exec "$@"`, "sh"}, words...)...)
	command.Env = []string{"PATH=" + root + "/opt/bin:" + os.Getenv("PATH")}
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\nof %q", err, output, words)
	}
	return string(output)
}

// TestARewrittenScriptStartsTheServerAsBefore runs scripts in the shell of this machine,
// before and after they are rewritten.
func TestARewrittenScriptStartsTheServerAsBefore(t *testing.T) {
	const listen = "quorumListenOnAllIPs=true"
	for _, test := range []struct{ name, fields string }{
		{"the tutorial's", tutorialZooKeeper + `, command: [sh, -c, "start-zookeeper --servers=3 --tick_time=2000"]`},
		{"the tutorial's, in place of the shell", tutorialZooKeeper + `, command: [sh, -c, "exec /opt/zookeeper/bin/start-zookeeper --servers=3"]`},
		{"the tutorial's, with something after it", tutorialZooKeeper + `, command: [sh, -c, "start-zookeeper --servers=3\necho done\n"]`},
		{"the tutorial's, without a shell", tutorialZooKeeper + `, command: [start-zookeeper, --servers=3], args: ["--tick_time=2 000"]`},
		{"the tutorial's, in args alone", tutorialZooKeeper + `, args: [start-zookeeper, --servers=3]`},
		{"k8szk's", k8szk + `, command: [sh, -c, "zkGenConfig.sh && zkServer.sh start-foreground"]`},
		{"k8szk's, on lines", k8szk + `, command: [sh, -ec, "  zkGenConfig.sh\n  exec zkServer.sh start-foreground\n"]`},
		{"a list that goes on below", k8szk + `, command: [sh, -c, "zkGenConfig.sh &&\n  exec zkServer.sh start-foreground"]`},
		{"one of its own", `image: "zookeeper:3.9", command: [sh, -c, "printf tickTime=2000 > /opt/zookeeper/conf/zoo.cfg\nexec zkServer.sh start-foreground"]`},
		{"one that adds to what it has made", `image: x, command: [sh, -c, "echo tickTime=2000 > /opt/zookeeper/conf/zoo.cfg; for i in 1 2; do echo a$i=b >> /opt/zookeeper/conf/zoo.cfg; done; X=y zkServer.sh start-foreground"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := pod(t, container(test.fields))
			p := recognise(root).Processes[0]
			before := run(t, p.Container)
			route := p.Route("quorumListenOnAllIPs", "true")
			if route.Kind != workload.RouteScript || !route.Script {
				t.Fatalf("route %+v", route)
			}
			apply(document.NewEditor(root), p.Container, route)
			after := run(t, p.Container)

			left := strings.Fields(strings.Replace(after, "\n"+listen+"\n", "\n", 1))
			if !strings.Contains(before, first) {
				left = slices.DeleteFunc(left, func(word string) bool { return word == first }) // a gain: signals reach the server
			}
			if strings.Count(after, listen) != 1 || !slices.Equal(left, strings.Fields(before)) {
				t.Errorf("before\n%s\nafter\n%s\nby %s", before, after, p.Container.AppendJSON(nil))
			}
			again := recognise(root).Processes[0]
			if setting, ok := again.Property("quorumListenOnAllIPs"); !ok || setting.Value != "true" || setting.Source != workload.FromScript {
				t.Errorf("afterwards it is %+v", setting)
			}
			if again.Reading != p.Reading || again.Distribution != p.Distribution {
				t.Errorf("a %s that is %s became a %s that is %s", p.Distribution.Name, p.Reading, again.Distribution.Name, again.Reading)
			}
			if next := again.Route("quorumListenOnAllIPs", "false"); next.Kind == workload.RouteScript {
				t.Errorf("it would be added a second time: %+v", next)
			}
		})
	}
}

func TestAScriptIsLeftAloneUnlessALineCertainlyGetsIntoTheFile(t *testing.T) {
	const made = "echo a=b > /conf/zoo.cfg"
	for _, test := range []struct{ name, fields string }{
		{"nothing makes the file", `image: x, command: [sh, -c, "zkServer.sh start-foreground"]`},
		{"the file grows with each start", `image: x, command: [sh, -c, "echo a=b >> /conf/zoo.cfg; zkServer.sh start-foreground"]`},
		{"the file may be there already", `image: x, command: [sh, -c, "[ -f /conf/zoo.cfg ] || ` + made + `; zkServer.sh start-foreground"]`},
		{"the file is copied, and perhaps read-only", `image: x, command: [sh, -c, "cp /config/zoo.cfg /conf/zoo.cfg; zkServer.sh start-foreground"]`},
		{"the file is a link", `image: x, command: [sh, -c, "` + made + `; ln -sf /config/zoo.cfg /conf/zoo.cfg; zkServer.sh start-foreground"]`},
		{"the file is edited afterwards", `image: x, command: [sh, -c, "` + made + `; rm /conf/zoo.cfg; zkServer.sh start-foreground"]`},
		{"a name that a shell would replace", `image: x, command: [sh, -c, "echo a=b > $CONF/zoo.cfg; zkServer.sh start-foreground"]`},
		{"the server may not start", `image: x, command: [sh, -c, "` + made + `; if true; then zkServer.sh start-foreground; fi"]`},
		{"the server runs in the background", `image: x, command: [sh, -c, "` + made + `; zkServer.sh start-foreground & wait $!"]`},
		{"the server runs in a pipe", `image: x, command: [sh, -c, "` + made + `; zkServer.sh start-foreground | tee /log"]`},
		{"its end is turned round", `image: x, command: [sh, -c, "` + made + `; ! zkServer.sh start-foreground"]`},
		{"a redirection comes first", `image: x, command: [sh, -c, "` + made + `; >/log zkServer.sh start-foreground"]`},
		{"a script in a script", `image: x, command: [sh, -c, "` + made + `; sh -c 'zkServer.sh start-foreground'"]`},
		{"the script says it itself", `image: x, command: [sh, -c, "echo quorumListenOnAllIPs=false > /conf/zoo.cfg; zkServer.sh start-foreground"]`},
		{"a directory that nobody knows", k8szk + `, env: [{name: ZK_CONF_DIR, valueFrom: {secretKeyRef: {name: s, key: k}}}], command: [sh, -c, "zkGenConfig.sh && zkServer.sh start-foreground"]`},
		{"the file may not be generated", k8szk + `, command: [sh, -c, "[ -f /x ] && zkGenConfig.sh; zkServer.sh start-foreground"]`},
		{"the file is generated elsewhere", k8szk + `, command: [zkServer.sh, start-foreground]`},
		{"a disk that is read-only", tutorialZooKeeper + `, command: [start-zookeeper, --servers=3], securityContext: {readOnlyRootFilesystem: true}`},
		{"a volume of which nothing is known", tutorialZooKeeper + `, command: [start-zookeeper, --servers=3], volumeMounts: [{name: x, mountPath: /tmp}]`},
		{"a wrapper", tutorialZooKeeper + `, command: [sh, -c, "nice start-zookeeper --servers=3"]`},
		{"a wrapper without a shell", tutorialZooKeeper + `, command: [tini, --, start-zookeeper, --servers=3]`},
		{"a copy already", tutorialZooKeeper + `, command: [bash, /tmp/start-zookeeper, --servers=3]`},
		{"a script of the image in the background", tutorialZooKeeper + `, command: [sh, -c, "start-zookeeper --servers=3 & wait"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if route := process(t, container(test.fields)).Route("quorumListenOnAllIPs", "true"); route.Kind != workload.RouteNone || route.Why == "" || route.Instead == "" {
				t.Errorf("route %+v", route)
			}
		})
	}
}

func TestTheOptionsOfAStartScriptAreProperties(t *testing.T) {
	const command = `, command: [sh, -c, "start-zookeeper --servers=3 --tick_time=2000"]`
	p := process(t, container(tutorialZooKeeper+command))
	if setting, ok := p.Property("tickTime"); !ok || setting.Value != "2000" || setting.Source != workload.FromArgument {
		t.Errorf("tickTime is %+v", setting)
	}
	for _, test := range []struct{ fields, property, written string }{
		{command, "tickTime", `--servers=3 '--tick_time=9'`},
		{command, "syncLimit", `--tick_time=2000 '--sync_limit=9'`},
		{`, command: [start-zookeeper, --servers=3]`, "syncLimit", `"args":["--sync_limit=9"]`},
		{`, command: [start-zookeeper, --sync_limit=2]`, "syncLimit", `["start-zookeeper","--sync_limit=9"]`},
	} {
		root := pod(t, container(tutorialZooKeeper+test.fields))
		p := recognise(root).Processes[0]
		apply(document.NewEditor(root), p.Container, p.Route(test.property, "9"))
		setting, _ := recognise(root).Processes[0].Property(test.property)
		if text := string(p.Container.AppendJSON(nil)); setting.Value != "9" || !strings.Contains(text, test.written) {
			t.Errorf("%s is %+v in %s", test.property, setting, text)
		}
	}
}

func TestWhoLeavesOutTheImagesScriptIsToldSoWhereNoScriptMayBeRewritten(t *testing.T) {
	p := process(t, container(`image: "zookeeper:3.9", command: [sh, -c, "echo a=b > /conf/zoo.cfg; exec zkServer.sh start-foreground"]`))
	route := p.Route("quorumListenOnAllIPs", "true")
	if route.Kind != workload.RouteScript || route.Why != verdict.ListenForeignCommand || !strings.Contains(route.Instead, "let it end in") {
		t.Errorf("route %+v", route)
	}
}
