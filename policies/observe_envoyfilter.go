package policies

import (
	"context"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// envoyPatchTable is the fact table of a patch of an EnvoyFilter.
var envoyPatchTable = []of[*envoyPatch]{
	{Definition{"subject", Text, []string{string(EnvoyPatch)},
		"always the same"},
		(*envoyPatch).subject, (*envoyPatch).root},
	{Definition{"filter", Text, nil,
		"the name of the filter that the patch brings, as in envoy.filters.network.kafka_broker"},
		(*envoyPatch).filter, (*envoyPatch).filterPlace},
	{Definition{"filter_is_built_in", Boolean, nil,
		"whether Istio's own build of Envoy has that filter"},
		(*envoyPatch).isBuiltIn, (*envoyPatch).filterPlace},
}

// notBuiltIn are Envoy's filters for Kafka, which are among its contributed ones. Istio
// builds its proxy with a few of these only (bazel/extension_config in istio/proxy).
var notBuiltIn = map[string]bool{
	"envoy.filters.network.kafka_broker": true,
	"envoy.filters.network.kafka_mesh":   true,
}

// envoyPatch is one of the patches of an EnvoyFilter.
type envoyPatch struct {
	home
	patch *document.Node
}

func envoyPatches(_ context.Context, in home, _ surroundings.Surroundings) []subject {
	var all []subject
	for _, patch := range in.Root.At("spec", "configPatches").Items() {
		name := patch.At("patch", "value", "name").Text()
		if strings.Contains(name, "kafka") || strings.Contains(name, "zookeeper") {
			all = append(all, &envoyPatch{in, patch})
		}
	}
	return all
}

func (p *envoyPatch) named() Subject { return EnvoyPatch }
func (p *envoyPatch) called() string { return "a patch of " + p.name.String() }
func (p *envoyPatch) within() home   { return p.home }

func (p *envoyPatch) subject() any       { return string(EnvoyPatch) }
func (p *envoyPatch) root() place        { return place{node: p.patch} }
func (p *envoyPatch) filter() any        { return p.patch.At("patch", "value", "name").Text() }
func (p *envoyPatch) filterPlace() place { return nearest(p.patch, "patch", "value", "name") }

func (p *envoyPatch) isBuiltIn() any {
	return !notBuiltIn[p.patch.At("patch", "value", "name").Text()]
}
