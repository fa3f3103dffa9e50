package policies

import (
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// limitFacts are the facts about what a process allows each address.
var limitFacts = []of[*process]{
	{Definition{"address_limit", Text, nil,
		"the property by which somebody limits connections from one address, as in max.connections.per.ip; empty when there is none, or where the limit is no lower than what a server has by itself"},
		(*process).addressLimit, (*process).addressLimitPlace},
}

// addressLimits are the properties that limit connections by address, with the value
// that a server has by itself: Kafka's allow as many as there can be, ZooKeeper's 60.
var addressLimits = []struct {
	property string
	itself   int
	of       func(workload.Role) bool
}{
	{"max.connections.per.ip", 1<<31 - 1, workload.Role.ServesKafka},
	{"maxClientCnxns", 60, func(r workload.Role) bool { return r == workload.ZooKeeper }},
}

// addressOverrides is Kafka's list of limits for single addresses.
const addressOverrides = "max.connections.per.ip.overrides"

func (p *process) addressLimit() any {
	for _, limit := range addressLimits {
		setting, set := p.Property(limit.property)
		if !set || !setting.Known || !limit.of(p.Role) {
			continue
		}
		// ZooKeeper takes 0 for no limit; Kafka's limit of 0 lets in only those of the overrides.
		most, err := strconv.Atoi(strings.TrimSpace(setting.Value))
		if err == nil && most < limit.itself && (most > 0 || p.Role.ServesKafka()) {
			return limit.property
		}
	}
	if setting, set := p.Property(addressOverrides); set && setting.Known && p.Role.ServesKafka() && strings.TrimSpace(setting.Value) != "" {
		return addressOverrides
	}
	return ""
}

func (p *process) addressLimitPlace() place {
	if property, _ := p.addressLimit().(string); property != "" {
		return p.settingPlace(property)
	}
	return p.container()
}
