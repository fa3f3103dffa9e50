package surroundings

import (
	"context"

	"github.com/sluice-dev/sluice/settings"
)

// WithSettings answers as around does, except for what a person has settled in the
// settings file.
func WithSettings(around Surroundings, mesh settings.Mesh) Surroundings {
	switch mesh.InboundDelivery {
	case settings.DeliveryPodIP:
		return settled{around, DeliveryPodIP}
	case settings.DeliveryLocalhost:
		return settled{around, DeliveryLocalhost}
	default:
		return around
	}
}

type settled struct {
	Surroundings
	delivery Delivery
}

func (s settled) Delivery(context.Context) Delivery { return s.delivery }
