package workload_test

import (
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// FuzzRecognise gives Recognise any object, and asks what it found everything that
// can be asked.
func FuzzRecognise(f *testing.F) {
	for _, spec := range []string{
		`{}`,
		container(bitnamiZooKeeper + `, env: [{name: ZOO_LISTEN_ALLIPS_ENABLED, value: "no"}], envFrom: [{prefix: A}], volumeMounts: [{name: v, mountPath: /opt/bitnami/zookeeper/conf}]`),
		container(officialZooKeeper + `, env: [{name: ZOO_CFG_EXTRA, value: "$(A) quorumListenOnAllIPs=false"}]`),
		container(confluentKafka + `, command: [sh, -exc, "unset KAFKA_PORT && export KAFKA_BROKER_ID=${HOSTNAME##*-} && exec /etc/confluent/docker/run"]`),
		container(apacheKafka + `, env: [{name: KAFKA_LISTENERS, valueFrom: {}}]`),
		container(`image: x, command: [tini, --, bash, -c, "cat > zoo.cfg <<EOF\na=b\nEOF\nif [ -f x ]; then zkServer.sh start-foreground; fi; su k -c 'kafka-server-start.sh x --override a=b'"]`),
	} {
		f.Add(pod(f, spec).AppendJSON(nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := document.ParseJSON(data)
		if err != nil {
			return
		}
		for object := range workload.Objects(root) {
			found := recognise(object)
			if found == nil {
				continue
			}
			for _, p := range found.Processes {
				for name := range p.Properties() {
					use(t, p, name)
				}
				for range p.Ignored() {
				}
				use(t, p, "quorumListenOnAllIPs")
				use(t, p, "listeners")
			}
		}
	})
}

// use asks for a property and its route, and checks that the answers are whole.
func use(t *testing.T, p *workload.Process, name string) {
	if setting, ok := p.Property(name); ok && !setting.Known && setting.Value != "" {
		t.Errorf("%s is not known and has the value %q", name, setting.Value)
	}
	route := p.Route(name, "true")
	whole := false
	switch route.Kind {
	case workload.RouteEnv, workload.RouteEnvList:
		whole = route.Env != "" && route.In("") != ""
	case workload.RouteArgument:
		whole = route.Replace != nil && route.Text != "" || len(route.Words) == 2
	case workload.RouteScript:
		whole = route.Replace != nil && (route.Text != "") != (len(route.Words) > 2)
	case workload.RouteNone:
		whole = route.Why != "" && route.Instead != ""
	}
	if !whole {
		t.Errorf("%s has the route %+v", name, route)
	}
}
