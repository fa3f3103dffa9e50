package settings_test

import (
	"testing"

	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
)

func TestTheSettingsSayWhereProxiesDeliver(t *testing.T) {
	for decided, want := range map[settings.Delivery]surroundings.Delivery{
		settings.DeliveryPodIP:     surroundings.DeliveryPodIP,
		settings.DeliveryLocalhost: surroundings.DeliveryLocalhost,
	} {
		if got, ok := (settings.Mesh{InboundDelivery: decided}).Delivers(); !ok || got != want {
			t.Errorf("%s: %s, %v", decided, got, ok)
		}
	}
	if _, ok := settings.Default().Mesh.Delivers(); ok {
		t.Error("by default nobody has decided it")
	}
}
