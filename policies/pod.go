package policies

import (
	"context"

	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// pod is a pod with at least one process, or the template of one, as the facts of all
// its subjects see it.
type pod struct {
	*workload.Workload
	membership workload.Membership
	delivery   surroundings.Delivery
	config     workload.ProxyConfig
	configErr  error
	policies
	// services are those that select the pod, among neighbours, all Services of the
	// namespace that are known. Those of a cluster are all; what files show may be a part
	// of them.
	services, neighbours []surroundings.Object
	processes            []*process
	// ends are the ports on which they listen, once somebody has asked.
	ends []endpoint
	// limitRanges are those of the namespace, as far as they are known.
	limitRanges []surroundings.Object
	namespace   surroundings.Namespace
}

// process is one process of a pod.
type process struct {
	*pod
	*workload.Process
	seen seen
}

// seen is what several facts of a process need, each taken once, when it is first asked
// for.
type seen struct {
	sockets *sockets
	options []workload.Option
	opted   bool
	builder *foundBuilder
	// perListener says whether properties of single listeners may be set.
	perListener, asked bool
}

func (p *process) named() Subject { return Subject(p.Role) }
func (p *process) called() string { return "container " + p.Name() }
func (p *pod) within() home {
	return home{surroundings.Object{Root: p.Root}, p.Object}
}

// observe finds what is to be judged of a workload: its processes first.
func observe(ctx context.Context, w *workload.Workload, around surroundings.Surroundings) []subject {
	p := &pod{Workload: w, membership: workload.InMesh(ctx, w, around), delivery: around.Delivery(ctx)}
	p.config, p.configErr = workload.ReadProxyConfig(w.Pod)
	p.policies = policiesOf(ctx, w, around)
	p.findServices(ctx, around)
	p.limitRanges, _ = around.Objects(ctx, surroundings.LimitRange, w.Object.Namespace)
	p.namespace, _ = around.Namespace(ctx, w.Object.Namespace)
	var all []subject
	for _, one := range w.Processes {
		judged := &process{pod: p, Process: one}
		p.processes, all = append(p.processes, judged), append(all, judged)
	}
	all = p.certificates(ctx, p.credentials(p.addServices(all)), around)
	return append(all, aclCommands(ctx, homeOf(surroundings.Object{Root: w.Root}, w.Object.Namespace), around)...)
}
