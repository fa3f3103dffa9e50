package mutators

import (
	"fmt"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// rebind makes a KRaft controller's listener listen on all addresses, but only if
// what the other nodes are told to dial stays what it was: a controller without
// advertised.listeners advertises the host of its listener.
func (m QuorumListen) rebind(review *Review, process *workload.Process) {
	setting, set := process.Property("listeners")
	switch {
	case !set:
		review.skip(verdict.ListenUnknownValue, process.Container, fmt.Sprintf(
			"the listeners of container %s stand where Sluice cannot look; make sure that its controller listener has no host", process.Name()))
		return
	case !setting.Known:
		review.skipAt(verdict.ListenUnknownValue, near(setting, process), fmt.Sprintf(
			"the listeners of container %s come from %s; make sure that its controller listener has no host", process.Name(), unseen(setting)))
		return
	}
	names := process.ControllerListeners()
	rebound, changed := workload.RebindListeners(setting.Value, names)
	if !changed {
		review.skipAt(verdict.ListenAlready, near(setting, process), fmt.Sprintf(
			"the controller listener of container %s already listens on all addresses%s", process.Name(), by(setting)))
		return
	}
	if !advertisesWithout(process, names) {
		review.skipAt(verdict.ListenAdvertised, near(setting, process), fmt.Sprintf(
			"left the controller listener of container %s on its host: without static voters or an entry in advertised.listeners, "+
				"the host is also what other nodes dial", process.Name()))
		return
	}
	property{
		process: process, name: "listeners", value: rebound, rewrites: m.rewrites, script: verdict.ListenScript,
		message: fmt.Sprintf("the controller listener of container %s now listens on all addresses", process.Name()),
		set:     verdict.ListenRebound, flipped: verdict.ListenRebound, appended: verdict.ListenRebound,
		unknown: verdict.ListenUnknownValue,
	}.apply(review)
}

// advertisesWithout reports whether other nodes learn the controller's address from
// elsewhere than its listener: from advertised.listeners, or from static voters. Where the
// quorum is dynamic, controller.quorum.bootstrap.servers is only where to ask: what the
// voters are dialled at is what each of them has said of itself (KIP-853).
func advertisesWithout(process *workload.Process, names []string) bool {
	if advertised, ok := process.Property("advertised.listeners"); ok && advertised.Known {
		if workload.NamesListeners(advertised.Value, names) {
			return true
		}
	}
	return says(process, "controller.quorum.voters") && !says(process, "controller.quorum.bootstrap.servers")
}

// says reports whether something gives a property a value, known or not.
func says(process *workload.Process, property string) bool {
	setting, ok := process.Property(property)
	return ok && (!setting.Known || setting.Value != "")
}
