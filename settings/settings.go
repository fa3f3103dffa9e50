// Package settings holds what a person can decide about Sluice: one struct, its
// defaults, its reader and its schema. The webhook and the command line read the
// same file.
package settings

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

// Settings is the content of the settings file.
type Settings struct {
	// Mode is the mode of every mutator that Mutators does not name.
	Mode Mode `json:"mode" yaml:"mode" jsonschema:"enum=enforce,enum=shadow,enum=off"`
	// Mutators gives single mutators a mode of their own, by name.
	Mutators map[string]Mode `json:"mutators,omitempty" yaml:"mutators"`
	// Mesh describes the mesh where nothing else tells.
	Mesh Mesh `json:"mesh" yaml:"mesh"`
}

// Mesh is what Sluice is told of the mesh.
type Mesh struct {
	// RootNamespace is where istiod runs and where its mesh configuration is read.
	RootNamespace string `json:"rootNamespace" yaml:"rootNamespace"`
	// InboundDelivery overrides what the mesh configuration says about where the
	// proxy delivers inbound connections: auto, pod-ip or localhost.
	InboundDelivery string `json:"inboundDelivery" yaml:"inboundDelivery" jsonschema:"enum=auto,enum=pod-ip,enum=localhost"`
}

// Default returns the settings of somebody who has no settings file.
func Default() Settings {
	return Settings{
		Mode: Enforce,
		Mesh: Mesh{RootNamespace: "istio-system", InboundDelivery: "auto"},
	}
}
