package mutators

import (
	"context"
	"fmt"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// exitOnZero makes pilot-agent keep Envoy until the last connection is closed, in
// place of a fixed five seconds.
const exitOnZero = workload.ExitOnZeroVariable

// leaveSlowly are the roles whose processes need the network for longer than a proxy
// lasts after SIGTERM, and what a person calls them. A worker of Connect, which is also
// what runs MirrorMaker 2, first gives its tasks five seconds to stop
// (task.shutdown.graceful.timeout.ms), and then commits and leaves its group. ZooKeeper
// and the others leave at once.
var leaveSlowly = map[workload.Role]string{
	workload.Broker: "the broker", workload.Controller: "the broker",
	workload.Connect: "the Connect worker", workload.MirrorMaker: "MirrorMaker",
}

// ShutdownOrder makes the proxy outlive a broker's controlled shutdown. A KRaft
// broker whose proxy has gone waits five minutes for the controller's leave, which
// no grace period lasts, and is killed: every restart is then an unclean one. A worker
// of Connect loses its last commits.
type ShutdownOrder struct{}

// Name is "shutdown-order".
func (ShutdownOrder) Name() string { return "shutdown-order" }

// Mutate sets EXIT_ON_ZERO_ACTIVE_CONNECTIONS for the proxy of a process that leaves
// slowly: in the annotation for one that Istio is still to inject, and in the
// environment of one that is there.
func (m ShutdownOrder) Mutate(_ context.Context, review *Review) {
	last := ""
	for _, process := range review.Workload.Processes {
		if last = leaveSlowly[process.Role]; last != "" {
			break
		}
	}
	if last == "" {
		return
	}
	if node := nativeSidecar(review); node != nil {
		review.skip(verdict.ShutdownNative, node, "nothing to order: the proxy is a native sidecar, which stops after the app by itself")
		return
	}
	m.annotate(review, last)
	if review.Workload.Sidecar.Kind == workload.ClassicSidecar {
		m.setProxyEnv(review, last)
	}
}

func (ShutdownOrder) annotate(review *Review, last string) {
	config, err := workload.ReadProxyConfig(review.pod())
	_, near := review.annotation(workload.ProxyConfigAnnotation)
	waits, set := config.ExitOnZeroActiveConnections()
	switch {
	case err != nil:
		review.skip(verdict.ShutdownMalformed, near, fmt.Sprintf("left a malformed annotation alone: %v", err))
	case set && waits:
		review.skip(verdict.ShutdownAlready, near, "the annotation already makes the proxy wait for the last connection")
	case set:
		review.skip(verdict.ShutdownDeclined, near, fmt.Sprintf("the annotation says %s: \"false\"; remove that key to let Sluice set it", exitOnZero))
	default:
		proxySetting{
			config:  &config,
			keys:    []string{workload.MetadataField, exitOnZero},
			value:   document.NewString("true"),
			message: fmt.Sprintf("the proxy now stays until %s has closed its last connection", last),
			set:     verdict.ShutdownSet, merged: verdict.ShutdownMerged, malformed: verdict.ShutdownMalformed,
		}.apply(review)
	}
}

func (ShutdownOrder) setProxyEnv(review *Review, last string) {
	proxy := review.Workload.Sidecar.Container
	if entry := document.EnvEntry(proxy, exitOnZero); entry != nil {
		if value := entry.Get("value"); value.Text() != "true" {
			review.skip(verdict.ShutdownDeclined, entry, fmt.Sprintf("istio-proxy has %s already, and it is not \"true\"", exitOnZero))
		}
		return
	}
	review.change(verdict.ShutdownProxyEnv, proxy, review.path(proxy, "env"),
		fmt.Sprintf("istio-proxy now stays until %s has closed its last connection", last),
		func(e *document.Editor) { e.SetEnv(proxy, exitOnZero, "true") })
}
