package policies

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// proxyFacts are the facts about what a process and its proxy are to each other.
var proxyFacts = []of[*process]{
	{Definition{"sidecar", Text, []string{"native", "classic", "unknown"},
		"how the pod carries its proxy, by what is there or by its annotation; unknown when the mesh decides"},
		(*process).sidecar, (*process).sidecarPlace},
	{Definition{"istio_version", Text, nil,
		"the version of the proxy that the pod carries, by its image; empty when there is none, or it does not tell"},
		(*process).istioVersion, (*process).proxyImagePlace},
	{Definition{"istio_age", Text, []string{"unknown", "resets", "ended", "supported"},
		"what that version means: resets for those before 1.4.3, ended for those that get no more fixes"},
		(*process).istioAge, (*process).proxyImagePlace},
	{Definition{"opted_out", Boolean, nil,
		"whether the pod itself refuses a sidecar, by its label or annotation"},
		(*process).optedOut, (*process).inMeshPlace},
	{Definition{"namespace_mtls", Text, []string{"strict", "permissive", "disable", "unknown"},
		"what the PeerAuthentications demand of the pod as a whole"},
		(*process).namespaceMTLS, (*process).container},
	{Definition{"host_network", Boolean, nil,
		"whether the pod has the network of its node"},
		(*process).hostNetwork, (*process).hostNetworkPlace},
	{Definition{"injection_asked", Boolean, nil,
		"whether the namespace or the pod asks for a sidecar, whatever comes of it"},
		(*process).injectionAsked, (*process).container},
	{Definition{"runs_as_proxy", Boolean, nil,
		"whether the container has the user or group 1337, the proxy's own, whose traffic is not redirected"},
		(*process).runsAsProxy, (*process).runsAsProxyPlace},
	{Definition{"tcp_probe", Text, nil,
		"the first probe of the container that only opens a connection: startupProbe, readinessProbe or livenessProbe"},
		(*process).tcpProbe, (*process).tcpProbePlace},
	{Definition{"rewrites_probes", Boolean, nil,
		"whether Istio puts its agent in the place of the pod's probes, as is the default"},
		(*process).rewritesProbes, (*process).rewritesProbesPlace},
	{Definition{"completes", Boolean, nil,
		"whether the pod is one of a Job and has to come to an end"},
		(*process).completes, (*process).container},
	{Definition{"quits_proxy", Boolean, nil,
		"whether some container of the pod tells the proxy to quit"},
		(*process).quitsProxy, (*process).container},
	{Definition{"grace_seconds", Number, nil,
		"how long the pod has between SIGTERM and SIGKILL"},
		(*process).graceSeconds, (*process).gracePlace},
	{Definition{"grace", Text, []string{"default", "enough", "short", "spent"},
		"whether that is enough: short for less than the default of 30 seconds, spent when the preStop hook of the process sleeps as long"},
		(*process).grace, (*process).gracePlace},
	{Definition{"pre_stop_seconds", Number, nil,
		"how long the preStop hook of the process sleeps, as far as that can be seen"},
		(*process).preStopSeconds, (*process).preStopPlace},
}

// proxyUser is the user and group of Istio's proxy.
const proxyUser = 1337

func (p *process) sidecar() any { return p.sidecarKind() }

func (p *process) sidecarPlace() place {
	if p.Sidecar.Container != nil {
		return place{node: p.Sidecar.Container}
	}
	return nearest(p.Pod, "metadata", "annotations", workload.NativeSidecarAnnotation)
}

func (p *pod) sidecarKind() string {
	switch p.ExpectedSidecar() {
	case workload.NativeSidecar:
		return "native"
	case workload.ClassicSidecar:
		return "classic"
	default:
		return "unknown"
	}
}

func (p *process) istioVersion() any { return p.Sidecar.Version() }

func (p *process) proxyImagePlace() place {
	if p.Sidecar.Container == nil {
		return p.container()
	}
	return nearest(p.Sidecar.Container, "image")
}

// oldestSupported is the oldest version of Istio that gets fixes: 1.28 ended six weeks
// after 1.30, which came on 18 May 2026
// (https://istio.io/latest/docs/releases/supported-releases/).
const oldestSupported = 12900

func (p *process) istioAge() any {
	switch number := versionNumber(p.Sidecar.Version()); {
	case number == 0:
		return "unknown"
	case number < 10403:
		return "resets"
	case number < oldestSupported:
		return "ended"
	default:
		return "supported"
	}
}

func (p *process) optedOut() any { return p.membership.OptedOut }

// namespaceMTLS asks for a port that nobody can have: policies for single ports then say
// nothing.
func (p *process) namespaceMTLS() any { return p.peerMode(0) }

func (p *process) hostNetwork() any        { return p.Pod.At("spec", "hostNetwork").IsTrue() }
func (p *process) hostNetworkPlace() place { return nearest(p.Pod, "spec", "hostNetwork") }

func (p *process) injectionAsked() any {
	labels := p.Pod.At("metadata", "labels")
	return p.namespace.Labels["istio-injection"] == "enabled" || p.namespace.Labels["istio.io/rev"] != "" ||
		labels.Get("sidecar.istio.io/inject").Text() == "true" || labels.Get("istio.io/rev") != nil
}

func (p *process) runsAsProxy() any { return p.proxyUserNode() != nil }

func (p *process) runsAsProxyPlace() place { return p.orContainer(p.proxyUserNode()) }

func (p *process) proxyUserNode() *document.Node {
	for _, field := range []string{"runAsUser", "runAsGroup"} {
		node := p.eitherSecurity(p.Container, field)
		if number, ok := node.Int(); ok && number == proxyUser {
			return node
		}
	}
	return nil
}

// probes are the fields of a container's probes, in the order in which they matter.
var probes = []string{"readinessProbe", "livenessProbe", "startupProbe"}

func (p *process) tcpProbe() any {
	for _, probe := range probes {
		if p.Container.At(probe, "tcpSocket") != nil {
			return probe
		}
	}
	return ""
}

func (p *process) tcpProbePlace() place {
	if probe, _ := p.tcpProbe().(string); probe != "" {
		return nearest(p.Container, probe, "tcpSocket")
	}
	return p.container()
}

var rewriteKeys = []string{"metadata", "annotations", "sidecar.istio.io/rewriteAppHTTPProbers"}

func (p *process) rewritesProbes() any        { return p.Pod.At(rewriteKeys...).Text() != "false" }
func (p *process) rewritesProbesPlace() place { return nearest(p.Pod, rewriteKeys...) }

func (p *process) completes() any {
	switch p.Object.Kind {
	case "Job", "CronJob":
		return true
	case "Pod":
		return slices.ContainsFunc(p.Root.At("metadata", "ownerReferences").Items(), func(owner *document.Node) bool {
			return owner.Get("kind").Text() == "Job"
		})
	default:
		return false
	}
}

// quitsProxy looks for the agent's own way to be told.
func (p *process) quitsProxy() any {
	return slices.ContainsFunc(p.containers(), func(container *document.Node) bool {
		return strings.Contains(string(container.AppendJSON(nil)), "quitquitquit")
	})
}

func (p *process) gracePlace() place { return nearest(p.Pod, "spec", "terminationGracePeriodSeconds") }

func (p *process) graceSeconds() any { return int(workload.GracePeriod(p.Pod).Seconds()) }

func (p *process) grace() any {
	seconds, asked := p.Pod.At("spec", "terminationGracePeriodSeconds").Int()
	slept, _ := p.preStop()
	switch {
	case slept > 0 && slept >= int(workload.GracePeriod(p.Pod).Seconds()):
		return "spent"
	case !asked:
		return "default"
	case seconds < 30:
		return "short"
	default:
		return "enough"
	}
}

func (p *process) preStopSeconds() any {
	slept, _ := p.preStop()
	return slept
}

func (p *process) preStopPlace() place {
	_, node := p.preStop()
	return p.orContainer(node)
}

// preStop returns how long the hook sleeps: by its field for that, or by what its command
// says first of it.
func (p *process) preStop() (seconds int, at *document.Node) {
	hook := p.Container.At("lifecycle", "preStop")
	if slept, ok := hook.At("sleep", "seconds").Int(); ok {
		return int(slept), hook.At("sleep", "seconds")
	}
	command := hook.At("exec", "command")
	var words []string
	for _, word := range command.Items() {
		words = append(words, strings.Fields(word.Text())...)
	}
	for i, word := range words[:max(len(words)-1, 0)] {
		number, err := strconv.Atoi(strings.TrimRight(words[i+1], ";"))
		if (word == "sleep" || strings.HasSuffix(word, "/sleep")) && err == nil {
			return number, command
		}
	}
	return 0, nil
}
