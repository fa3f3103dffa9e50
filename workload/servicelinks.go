package workload

// linkVariable is the variable that a Service called kafka becomes, and the one that
// does the harm.
const linkVariable = "KAFKA_PORT"

// LinksHarm says what service-link variables do to the process: what they do to its
// image, unless the image does not read its environment, or the pod itself sets
// KAFKA_PORT or takes it away, which counts more than a Service.
func (p *Process) LinksHarm() ServiceLinks {
	if p.Reading != Read {
		return LinksIgnored
	}
	if _, decided := p.environment.get(linkVariable); decided {
		return LinksIgnored
	}
	return p.Distribution.ServiceLinks
}
