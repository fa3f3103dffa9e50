package mutators

import (
	"context"
	"fmt"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// quorumListenOnAllIPs is ZooKeeper's property for the address that the quorum and
// election ports listen on. It is read from zoo.cfg alone, since 3.4.6
// (ZOOKEEPER-1096).
const quorumListenOnAllIPs = "quorumListenOnAllIPs"

// QuorumListen makes the quorum's ports listen on all addresses. ZooKeeper binds
// them to the address that its own server entry resolves to, the pod IP; a proxy
// that delivers to localhost finds nobody there, and no quorum forms.
//
// It never writes server.N=0.0.0.0, which keeps servers of 3.5.0 to 3.5.7 from
// rejoining (ZOOKEEPER-2164).
type QuorumListen struct{}

// Name is "quorum-listen".
func (QuorumListen) Name() string { return "quorum-listen" }

// Mutate looks at each ZooKeeper server and each KRaft controller of the pod.
func (m QuorumListen) Mutate(_ context.Context, review *Review) {
	for _, process := range review.Workload.Processes {
		switch {
		case process.Role == workload.ZooKeeper:
			m.listenOnAllIPs(review, process)
		case process.Controller:
			m.rebind(review, process)
		}
	}
}

func (QuorumListen) listenOnAllIPs(review *Review, process *workload.Process) {
	setting, set := process.Property(quorumListenOnAllIPs)
	switch {
	case set && !setting.Known:
		review.skip(verdict.ListenUnknownValue, near(setting, process), fmt.Sprintf(
			"%s of container %s comes from where Sluice cannot look; make sure that it is true", quorumListenOnAllIPs, process.Name()))
	case set && isTrue(setting.Value):
		review.skip(verdict.ListenAlready, near(setting, process), fmt.Sprintf(
			"the quorum of container %s already listens on all addresses", process.Name()))
	default:
		property{
			process: process, name: quorumListenOnAllIPs, value: "true",
			message: fmt.Sprintf("the quorum and election ports of container %s now listen on all addresses", process.Name()),
			set:     verdict.ListenSet, flipped: verdict.ListenFlipped, appended: verdict.ListenAppended,
			unknown: verdict.ListenUnknownValue,
		}.apply(review)
	}
}
