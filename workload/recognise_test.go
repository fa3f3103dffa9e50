package workload_test

import (
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

func TestSmoke(t *testing.T) {
	p := process(t, `{containers: [{name: zk, image: "bitnami/zookeeper:3.9.4"}]}`)
	t.Logf("%+v", p)
	s, ok := p.Property("quorumListenOnAllIPs")
	t.Logf("%+v %v %+v", s, ok, p.Route("quorumListenOnAllIPs", "true"))
	p = process(t, `{containers: [{name: zk, image: "solsson/kafka:3", command: [sh, -c, "exec kafka-server-start.sh /etc/kafka/kraft/server.properties --override listeners=CONTROLLER://kafka-0:9093 --override a=b"]}]}`)
	t.Logf("%+v %+v", p, p.Route("listeners", "CONTROLLER://:9093"))
	t.Logf("%+v", p.Route("x", "CONTROLLER://:9093"))
	_ = workload.Catalogue()
}
