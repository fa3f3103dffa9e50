package workload

import (
	"slices"
)

// Carrier is one way by which the processes of a distribution are given properties. For a
// single process and property, Process.Route decides.
type Carrier struct {
	Kind CarrierKind `json:"kind"`
	// Through is what carries them: a variable, with "*" where it stands for any text,
	// an option, the path of a file or a script, or a field of a resource. It is empty for
	// variables and options that are known by name, and for a file that the command line
	// names.
	Through string `json:"through,omitempty"`
	// Variables are, for variables and options known by name, the properties that they
	// become. All other carriers take any property.
	Variables map[string]string `json:"variables,omitempty"`
	// Resource is the kind of the object for ByResource.
	Resource string `json:"resource,omitempty"`
}

// CarrierKind is the kind of a carrier: that of the Route which Sluice takes, or one of
// those that are left to people.
type CarrierKind string

// The kinds of carriers.
const (
	ByEnv      = CarrierKind(RouteEnv)
	ByEnvList  = CarrierKind(RouteEnvList)
	ByArgument = CarrierKind(RouteArgument)
	// ByScript: the container's script adds to a file that is written at each start.
	ByScript = CarrierKind(RouteScript)
	// ByFile: only a configuration file says it, which is no part of the pod.
	ByFile CarrierKind = "file"
	// ByResource: an operator makes the pod out of a resource, which says it.
	ByResource CarrierKind = "resource"
)

// Carriers returns the ways by which processes of the distribution are given properties,
// the one that Sluice tries first being the first. It is never empty.
func (d *Distribution) Carriers() []Carrier {
	if d.Owner != nil {
		return []Carrier{{Kind: ByResource, Through: d.Owner.Properties, Resource: d.Owner.Resource}}
	}
	var all []Carrier
	for i := range d.Starts {
		option := Carrier{Kind: ByArgument, Through: d.Starts[i].Override}
		if option.Through != "" && !slices.ContainsFunc(all, func(c Carrier) bool { return c.Through == option.Through }) {
			all = append(all, option)
		}
		if options := d.Starts[i].Options; options != nil {
			all = append(all, Carrier{Kind: ByArgument, Variables: options})
		}
	}
	if d.Environment != nil {
		for i := range d.Environment.Sources {
			all = append(all, d.Environment.Sources[i].carrier())
		}
	}
	if d.Rewrite != nil {
		all = append(all, Carrier{Kind: ByScript, Through: d.Rewrite.Script})
	}
	for i := range d.Configuration {
		file := &d.Configuration[i]
		if file.WrittenBy != "" {
			all = append(all, Carrier{Kind: ByScript, Through: file.WrittenBy})
		}
		if file.Effect == Replaces {
			all = append(all, Carrier{Kind: ByFile, Through: file.whole})
		}
	}
	if all == nil {
		all = []Carrier{{Kind: ByFile}}
		if d.Generic {
			all = append(all, Carrier{Kind: ByScript})
		}
	}
	return all
}

func (s *Source) carrier() Carrier {
	switch {
	case s.Rule != nil:
		return Carrier{Kind: ByEnv, Through: s.Rule.Prefix + "*"}
	case s.List != nil:
		return Carrier{Kind: ByEnvList, Through: s.List.Variable}
	default:
		variables := make(map[string]string, len(s.Variables))
		for name, variable := range s.Variables {
			variables[name] = variable.Property
		}
		return Carrier{Kind: ByEnv, Variables: variables}
	}
}

// Roles returns the roles that processes of the product can have.
func (p Product) Roles() []Role {
	switch p {
	case KafkaProduct:
		return []Role{Broker, Controller}
	case AnyProduct:
		return Roles()
	default:
		return []Role{Role(p)}
	}
}
