package policies

import (
	"time"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// defaultDrain is Istio's terminationDrainDuration (pkg/config/mesh).
const defaultDrain = 5 * time.Second

func (s *scene) subject() any       { return string(s.process.Role) }
func (s *scene) containerName() any { return s.process.Name() }
func (s *scene) container() place   { return place{node: s.process.Container} }

func (s *scene) inMesh() any          { return string(s.membership.Answer) }
func (s *scene) inMeshPlace() place   { return place{node: s.membership.Node} }
func (s *scene) inboundDelivery() any { return string(s.delivery) }

func (s *scene) hold() any {
	if s.ExpectedSidecar() == workload.NativeSidecar || workload.PollsProxy(s.process.Container) {
		return true
	}
	if s.Sidecar.Container != nil {
		return s.Sidecar.HoldsBack(s.process.Container)
	}
	hold, _ := s.config.Hold()
	return hold
}

// holdPlace is the injected proxy, whose order and hook count once it is there, or
// what asks for one.
func (s *scene) holdPlace() place {
	if s.Sidecar.Container != nil {
		return place{node: s.Sidecar.Container}
	}
	return s.annotationPlace()
}

func (s *scene) proxyConfig() any {
	switch {
	case s.configErr != nil:
		return "malformed"
	case s.config.Annotation != nil:
		return "valid"
	default:
		return "absent"
	}
}

func (s *scene) proxyConfigError() any {
	if s.configErr == nil {
		return ""
	}
	return s.configErr.Error()
}

var annotationKeys = []string{"metadata", "annotations", workload.ProxyConfigAnnotation}

func (s *scene) annotationPlace() place { return nearest(s.Pod, annotationKeys...) }

func (s *scene) proxyOutlivesApp() any { return s.ProxyOutlivesApp(&s.config) }

func (s *scene) proxyOutlivesAppPlace() place {
	if entry := document.EnvEntry(s.Sidecar.Container, workload.ExitOnZeroVariable); entry != nil {
		return place{node: entry}
	}
	return s.annotationPlace()
}

func (s *scene) proxyDrainSeconds() any {
	drain, set := s.config.TerminationDrain()
	if !set {
		drain = defaultDrain
	}
	return int(drain / time.Second)
}

func (s *scene) serviceLinks() any {
	return !s.Pod.At("spec", "enableServiceLinks").IsFalse()
}

func (s *scene) serviceLinksPlace() place { return nearest(s.Pod, "spec", "enableServiceLinks") }

func (s *scene) serviceLinksHarm() any { return string(s.process.LinksHarm()) }
