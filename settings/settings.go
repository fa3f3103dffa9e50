// Package settings holds what a person can decide about Sluice: one struct, its
// defaults and its reader. The webhook and the command line read the same file.
// docs/settings.schema.json is generated from the struct.
package settings

import (
	"slices"

	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/waivers"
	"github.com/sluice-dev/sluice/workload"
)

// Mode says what becomes of a mutator's changes.
type Mode string

// The modes.
const (
	// Enforce applies the changes.
	Enforce Mode = "enforce"
	// Shadow computes and reports the changes and applies none.
	Shadow Mode = "shadow"
	// Off does not even compute them.
	Off Mode = "off"
)

// Modes lists all modes.
func Modes() []Mode { return []Mode{Enforce, Shadow, Off} }

// Valid reports whether m is one of the modes.
func (m Mode) Valid() bool { return slices.Contains(Modes(), m) }

// Delivery says where the proxies of the mesh deliver inbound connections.
type Delivery string

// The deliveries.
const (
	// DeliveryAuto leaves the answer to the mesh configuration.
	DeliveryAuto Delivery = "auto"
	// DeliveryPodIP is Istio's way since 1.10.
	DeliveryPodIP Delivery = "pod-ip"
	// DeliveryLocalhost is Istio's way before 1.10, and of
	// meshConfig.inboundTrafficPolicy.mode LOCALHOST.
	DeliveryLocalhost Delivery = "localhost"
)

// Deliveries lists all deliveries.
func Deliveries() []Delivery {
	return []Delivery{DeliveryAuto, DeliveryPodIP, DeliveryLocalhost}
}

// Settings is the content of the settings file.
type Settings struct {
	// Mode is the mode of every mutator that mutators does not name.
	Mode Mode `json:"mode"`
	// Mutators gives single mutators a mode of their own, by name.
	Mutators map[string]Mode `json:"mutators,omitempty"`
	// Actions decide what becomes of findings.
	Actions Actions `json:"actions"`
	// Waivers hide findings for which somebody takes responsibility, as the annotation
	// sluice.dev/waive does, in one namespace or in objects of one name if they say so.
	Waivers []waivers.Waiver `json:"waivers,omitempty"`
	// Mesh describes the mesh where nothing else tells.
	Mesh Mesh `json:"mesh"`
	// Identity is what the mutator principal-builder has to be told.
	Identity Identity `json:"identity"`
	// Distributions are rows for the catalogue of one's own, as in workload/distributions. The
	// match conditions of the webhook follow from them.
	Distributions []*workload.Distribution `json:"distributions,omitempty"`
	// Images are those of what is added to pods.
	Images Images `json:"images"`
	// InitOrdering is how pods wait for what they depend on.
	InitOrdering InitOrdering `json:"initOrdering"`
}

// HighestPort is the highest number of a port.
const HighestPort = 65535

// Identity is what Sluice is told of the mesh's identity in Kafka.
type Identity struct {
	// Ports are the ports for which the mesh has Sluice's EnvoyFilter. Listeners on
	// other ports are left alone.
	Ports []int `json:"ports,omitempty"`
	// TrustDomain is the trust domain of the mesh: its brokers' and their clients'.
	TrustDomain string `json:"trustDomain"`
	// Image is Sluice's own image, which holds the plug-in.
	Image string `json:"image,omitempty"`
	// ImageVolume mounts the image as a volume, where the cluster has image volumes,
	// rather than copy the plug-in out of it by an init container.
	ImageVolume bool `json:"imageVolume,omitempty"`
	// AssumeProxy says that all proxies are of Envoy 1.37 or later, where the tags of
	// their images do not tell.
	AssumeProxy bool `json:"assumeProxy,omitempty"`
}

// Mesh is what Sluice is told of the mesh.
type Mesh struct {
	// RootNamespace is where istiod runs and where its mesh configuration is read.
	RootNamespace string `json:"rootNamespace"`
	// InboundDelivery is where proxies deliver inbound connections: pod-ip or
	// localhost, or auto for what the mesh configuration says.
	InboundDelivery Delivery `json:"inboundDelivery"`
}

// Delivers returns where proxies deliver, unless the mesh configuration is to say it.
func (m Mesh) Delivers() (delivery surroundings.Delivery, ok bool) {
	switch m.InboundDelivery {
	case DeliveryPodIP:
		return surroundings.DeliveryPodIP, true
	case DeliveryLocalhost:
		return surroundings.DeliveryLocalhost, true
	default:
		return surroundings.DeliveryUnknown, false
	}
}

// Catalogue is the catalogue with the rows of the settings.
func (s *Settings) Catalogue() *workload.Catalogue { return workload.BuiltIn().With(s.Distributions) }

// Default returns the settings of somebody who has no settings file.
func Default() Settings {
	return Settings{
		Mode:         Enforce,
		Actions:      Actions{RuleActions: RuleActions{Default: verdict.ActionWarn}},
		Mesh:         Mesh{RootNamespace: "istio-system", InboundDelivery: DeliveryAuto},
		Identity:     Identity{TrustDomain: "cluster.local"},
		InitOrdering: InitOrdering{Timeout: defaultTimeout},
	}
}
