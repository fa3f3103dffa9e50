package mutators

import (
	"fmt"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// rebind makes a KRaft controller's listener listen on all addresses, but only if
// what the other nodes are told to dial stays what it was: a controller without
// advertised.listeners advertises the host of its listener.
func (QuorumListen) rebind(review *Review, process *workload.Process) {
	setting, set := process.Property("listeners")
	switch {
	case !set:
		review.skip(verdict.ListenUnknownValue, process.Container, fmt.Sprintf(
			"the listeners of container %s stand where Sluice cannot look; make sure that its controller listener has no host", process.Name()))
		return
	case !setting.Known:
		review.skip(verdict.ListenUnknownValue, near(setting, process), fmt.Sprintf(
			"the listeners of container %s come from where Sluice cannot look; make sure that its controller listener has no host", process.Name()))
		return
	}
	names := process.ControllerListeners()
	rebound, changed := workload.RebindListeners(setting.Value, names)
	if !changed {
		review.skip(verdict.ListenAlready, near(setting, process), fmt.Sprintf(
			"the controller listener of container %s already listens on all addresses", process.Name()))
		return
	}
	if !advertisesWithout(process, names) {
		review.skip(verdict.ListenAdvertised, near(setting, process), fmt.Sprintf(
			"left the controller listener of container %s on its host: without controller.quorum.voters or an entry in advertised.listeners, "+
				"the host is also what other nodes dial", process.Name()))
		return
	}
	property{
		process: process, name: "listeners", value: rebound,
		message: fmt.Sprintf("the controller listener of container %s now listens on all addresses", process.Name()),
		set:     verdict.ListenRebound, flipped: verdict.ListenRebound, appended: verdict.ListenRebound,
		unknown: verdict.ListenUnknownValue,
	}.apply(review)
}

// advertisesWithout reports whether other nodes learn the controller's address from
// elsewhere than its listener: from the static voters, or from advertised.listeners.
func advertisesWithout(process *workload.Process, names []string) bool {
	if advertised, ok := process.Property("advertised.listeners"); ok && advertised.Known {
		if workload.NamesListeners(advertised.Value, names) {
			return true
		}
	}
	voters, ok := process.Property("controller.quorum.voters")
	return ok && (!voters.Known || voters.Value != "")
}
