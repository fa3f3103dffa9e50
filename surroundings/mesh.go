package surroundings

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// MeshConfigKey is the key of a ConfigMap that holds the mesh configuration.
const MeshConfigKey = "mesh"

// MeshConfigMap reports whether the ConfigMap of that name in the mesh's root
// namespace may hold a mesh configuration: "istio", or "istio-" and the name of a
// revision. Other ConfigMaps of Istio have such names too, but not MeshConfigKey.
func MeshConfigMap(name string) bool {
	return name == "istio" || strings.HasPrefix(name, "istio-")
}

// ParseDelivery reads from a mesh configuration, which is YAML, where proxies
// deliver. A configuration that does not say has Istio's default since 1.10.
func ParseDelivery(meshConfig string) (Delivery, error) {
	var config struct {
		InboundTrafficPolicy struct {
			Mode string `yaml:"mode"`
		} `yaml:"inboundTrafficPolicy"`
	}
	if err := yaml.Unmarshal([]byte(meshConfig), &config); err != nil {
		return DeliveryUnknown, fmt.Errorf("reading the mesh configuration: %w", err)
	}
	// Protobuf's JSON, which istiod reads, takes an enum by name or by number.
	switch mode := config.InboundTrafficPolicy.Mode; mode {
	case "", "PASSTHROUGH", "0":
		return DeliveryPodIP, nil
	case "LOCALHOST", "1":
		return DeliveryLocalhost, nil
	default:
		return DeliveryUnknown, fmt.Errorf("reading the mesh configuration: inboundTrafficPolicy.mode is %q, which Istio does not know", mode)
	}
}
