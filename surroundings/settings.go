package surroundings

import "context"

// Decided is what a person has decided about the mesh.
type Decided interface {
	// Delivers returns where proxies deliver; ok is false where nobody has decided it.
	Delivers() (delivery Delivery, ok bool)
}

// WithSettings answers as around does, except for what a person has settled in the
// settings file.
func WithSettings(around Surroundings, mesh Decided) Surroundings {
	if delivery, ok := mesh.Delivers(); ok {
		return settled{around, delivery}
	}
	return around
}

type settled struct {
	Surroundings
	delivery Delivery
}

func (s settled) Delivery(context.Context) Delivery { return s.delivery }
