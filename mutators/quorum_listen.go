package mutators

import (
	"context"
	"fmt"

	"github.com/sluice-dev/sluice/surroundings"
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
type QuorumListen struct {
	// rewrites is true when scripts may be rewritten.
	rewrites bool
}

// Name is "quorum-listen".
func (QuorumListen) Name() string { return "quorum-listen" }

// Mutate looks at each ZooKeeper server and each KRaft controller of the pod. A script
// that starts one is rewritten only where the mesh delivers to localhost, where no quorum
// would form otherwise, or where somebody asks for this mutator by its name: a variable
// more is harmless, a line more in somebody's script is not certain to be. A word more
// on a command line that no shell reads is no rewriting.
func (m QuorumListen) Mutate(ctx context.Context, review *Review) {
	m.rewrites = review.asked || review.Surroundings.Delivery(ctx) == surroundings.DeliveryLocalhost
	for _, process := range review.Workload.Processes {
		switch {
		case process.Role == workload.ZooKeeper:
			m.listenOnAllIPs(review, process)
		case process.Controller:
			m.rebind(review, process)
		}
	}
}

func (m QuorumListen) listenOnAllIPs(review *Review, process *workload.Process) {
	setting, set := process.Property(quorumListenOnAllIPs)
	switch {
	case set && !setting.Known:
		review.skipAt(verdict.ListenUnknownValue, near(setting, process), fmt.Sprintf(
			"%s of container %s comes from %s; make sure that it is true", quorumListenOnAllIPs, process.Name(), unseen(setting)))
	case set && isTrue(setting.Value):
		review.skipAt(verdict.ListenAlready, near(setting, process), fmt.Sprintf(
			"the quorum of container %s already listens on all addresses%s", process.Name(), by(setting)))
	default:
		property{
			process: process, name: quorumListenOnAllIPs, value: "true", rewrites: m.rewrites, script: verdict.ListenScript,
			message: fmt.Sprintf("the quorum and election ports of container %s now listen on all addresses", process.Name()),
			set:     verdict.ListenSet, flipped: verdict.ListenFlipped, appended: verdict.ListenAppended,
			unknown: verdict.ListenUnknownValue,
		}.apply(review)
	}
}
