package policies

import (
	"time"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// meshFacts are the facts about a process and its proxy.
var meshFacts = []of[*process]{
	{Definition{"in_mesh", Text, []string{"yes", "no", "unknown"},
		"whether the pod will have a sidecar, by its own labels and those of its namespace"},
		(*process).inMesh, (*process).inMeshPlace},
	{Definition{"hold", Boolean, nil,
		"whether something makes the process start after its proxy: the annotation, a native sidecar, the postStart hook of an istio-proxy in front, or the image's own script"},
		(*process).hold, (*process).holdPlace},
	{Definition{"proxy_config", Text, []string{"absent", "valid", "malformed"},
		"the state of the annotation proxy.istio.io/config"},
		(*process).proxyConfig, (*process).annotationPlace},
	{Definition{"proxy_config_error", Text, nil,
		"what is wrong with a malformed annotation; empty otherwise"},
		(*process).proxyConfigError, (*process).annotationPlace},
	{Definition{"proxy_outlives_app", Boolean, nil,
		"whether the proxy stays until the process has shut down: a native sidecar, EXIT_ON_ZERO_ACTIVE_CONNECTIONS, a drain about as long as the grace period, or a preStop hook of istio-proxy"},
		(*process).proxyOutlivesApp, (*process).proxyOutlivesAppPlace},
	{Definition{"proxy_drain_seconds", Number, nil,
		"how long a classic sidecar goes on after SIGTERM when nothing else keeps it"},
		(*process).proxyDrainSeconds, (*process).annotationPlace},
	{Definition{"service_links", Boolean, nil,
		"whether the pod gets a variable for each Service, as is the default"},
		(*process).serviceLinks, (*process).serviceLinksPlace},
	{Definition{"service_links_harm", Text, []string{"ignored", "become-settings", "stop-start"},
		"what such variables, KAFKA_PORT for one, do to the image of the process"},
		(*process).serviceLinksHarm, (*process).container},
	{Definition{"link_variable", Text, nil,
		"the variable that does this harm, such as KAFKA_PORT; empty when none does"},
		(*process).linkVariable, (*process).container},
	{Definition{"link_service", Text, nil,
		"the name of the Service that becomes that variable, such as kafka"},
		(*process).linkService, (*process).container},
	{Definition{"inbound_delivery", Text, []string{"pod-ip", "localhost", "unknown"},
		"where proxies deliver inbound connections"},
		(*process).inboundDelivery, (*process).container},
}

// defaultDrain is Istio's terminationDrainDuration (pkg/config/mesh).
const defaultDrain = 5 * time.Second

func (p *process) subject() any       { return string(p.Role) }
func (p *process) containerName() any { return p.Name() }
func (p *process) container() place   { return place{node: p.Container} }

func (p *process) inMesh() any        { return string(p.membership.Answer) }
func (p *process) inMeshPlace() place { return place{node: p.membership.Node} }

// inboundDelivery goes by the proxy that is there: those before 1.10 deliver to
// localhost, whatever the mesh says.
func (p *process) inboundDelivery() any {
	if version := versionNumber(p.Sidecar.Version()); 0 < version && version < 11000 {
		return string(surroundings.DeliveryLocalhost)
	}
	return string(p.delivery)
}

func (p *process) hold() any {
	if p.ExpectedSidecar() == workload.NativeSidecar || workload.PollsProxy(p.Container) {
		return true
	}
	if p.Sidecar.Container != nil {
		return p.Sidecar.HoldsBack(p.Container)
	}
	hold, _ := p.config.Hold()
	return hold
}

// holdPlace is the injected proxy, whose order and hook count once it is there, or
// what asks for one.
func (p *process) holdPlace() place {
	if p.Sidecar.Container != nil {
		return place{node: p.Sidecar.Container}
	}
	return p.annotationPlace()
}

func (p *process) proxyConfig() any {
	switch {
	case p.configErr != nil:
		return "malformed"
	case p.config.Annotation != nil:
		return "valid"
	default:
		return "absent"
	}
}

func (p *process) proxyConfigError() any {
	if p.configErr == nil {
		return ""
	}
	return p.configErr.Error()
}

var annotationKeys = []string{"metadata", "annotations", workload.ProxyConfigAnnotation}

func (p *process) annotationPlace() place { return nearest(p.Pod, annotationKeys...) }

func (p *process) proxyOutlivesApp() any { return p.ProxyOutlivesApp(&p.config) }

func (p *process) proxyOutlivesAppPlace() place {
	if entry := document.EnvEntry(p.Sidecar.Container, workload.ExitOnZeroVariable); entry != nil {
		return place{node: entry}
	}
	return p.annotationPlace()
}

func (p *process) proxyDrainSeconds() any {
	drain, set := p.config.TerminationDrain()
	if !set {
		drain = defaultDrain
	}
	return int(drain / time.Second)
}

func (p *process) serviceLinks() any {
	return !p.Pod.At("spec", "enableServiceLinks").IsFalse()
}

func (p *process) serviceLinksPlace() place { return nearest(p.Pod, "spec", "enableServiceLinks") }

func (p *process) serviceLinksHarm() any { return string(p.LinksHarm()) }
func (p *process) linkVariable() any     { return p.Distribution.LinkVariable }
func (p *process) linkService() any      { return p.Distribution.LinkService() }
