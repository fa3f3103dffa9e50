package workload

import "strings"

// LinksHarm says what service-link variables do to the process: what they do to its
// image, unless the image does not read its environment, or the pod itself sets the
// variable that does the harm or takes it away, which counts more than a Service.
func (p *Process) LinksHarm() ServiceLinks {
	if p.Reading != Read {
		return LinksIgnored
	}
	if _, decided := p.environment.get(p.Distribution.LinkVariable); decided {
		return LinksIgnored
	}
	return p.Distribution.ServiceLinks
}

// LinkService is the name of the Service that becomes LinkVariable: "kafka" for
// KAFKA_PORT. It is empty for a row whose image ignores service links.
func (d *Distribution) LinkService() string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSuffix(d.LinkVariable, "_PORT")), "_", "-")
}
