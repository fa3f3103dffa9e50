package surroundings

import (
	"context"
	"net/netip"
	"strings"
)

// Host is what a name that a pod dials means inside of the cluster.
type Host struct {
	// Service is the Service whose name it is, or whose pod.
	Service Object
	// Namespace and Name are those of the Service.
	Namespace, Name string
	// Pod is the host name of the one pod that is meant; empty for the Service itself.
	Pod string
}

// ResolveHost says which Service a name means to a pod in a namespace, as the
// cluster's DNS and the search domains that the kubelet gives to pods would. Absent
// means that it is the name of no Service: of something outside of the cluster, or of
// nothing. What one document describes counts more than what none does.
func ResolveHost(ctx context.Context, around Surroundings, host, namespace string) (Host, Knowledge) {
	result := Absent
	for _, candidate := range candidates(host, namespace) {
		service, known := around.Object(ctx, Service, candidate.Namespace, candidate.Name)
		if known == Found && candidate.Pod != "" && !Headless(service) {
			known = Absent // only pods behind a headless Service have names
		}
		switch known {
		case Found:
			candidate.Service = service
			return candidate, Found
		case Unknown:
			result = Unknown
		case Absent:
		}
	}
	return Host{}, result
}

// candidates are what a name can mean, in the order of the search domains.
func candidates(host, namespace string) []Host {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	name, rooted := strings.CutSuffix(host, ".")
	labels := strings.Split(strings.ToLower(name), ".")
	switch {
	case len(labels) >= 4 && labels[3] == serviceLabel:
		return []Host{{Namespace: labels[2], Name: labels[1], Pod: labels[0]}}
	case len(labels) >= 3 && labels[2] == serviceLabel:
		return []Host{{Namespace: labels[1], Name: labels[0]}}
	case rooted:
		return nil
	}
	switch len(labels) {
	case 1:
		return []Host{{Namespace: namespace, Name: labels[0]}}
	case 2:
		return []Host{
			{Namespace: namespace, Name: labels[1], Pod: labels[0]},
			{Namespace: labels[1], Name: labels[0]},
		}
	case 3:
		return []Host{{Namespace: labels[2], Name: labels[1], Pod: labels[0]}}
	default:
		return nil
	}
}

// serviceLabel stands between the names of Services and the cluster's domain.
const serviceLabel = "svc"

// InCluster reports whether a name looks like one of a Service rather than like one
// from outside: it is short, or says so.
func InCluster(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	for i, label := range labels {
		if (i == 2 || i == 3) && strings.EqualFold(label, serviceLabel) {
			return true
		}
	}
	_, err := netip.ParseAddr(host)
	return err != nil && len(labels) <= 2 && !strings.HasSuffix(host, ".")
}

// Headless reports whether a Service has no address of its own, so that its name
// means its pods.
func Headless(service Object) bool {
	return service.Root.At("spec", "clusterIP").Text() == "None"
}
