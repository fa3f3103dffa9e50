// Package surroundings answers what lies outside the object under review. An
// answer is found, absent or unknown; what is unknown is never guessed.
package surroundings

import "context"

// Knowledge says how far an answer can be trusted.
type Knowledge uint8

// The three kinds of answer. The zero value is Unknown.
const (
	// Unknown means that nobody could tell: no cluster, no document, a time-out.
	Unknown Knowledge = iota
	// Absent means that the thing certainly does not exist.
	Absent
	// Found means that the answer holds what exists.
	Found
)

// Namespace is what Sluice reads of a namespace.
type Namespace struct {
	Labels      map[string]string
	Annotations map[string]string
}

// Delivery is where the proxy of a pod delivers inbound connections.
type Delivery string

// The deliveries.
const (
	// DeliveryUnknown: the mesh configuration could not be seen.
	DeliveryUnknown Delivery = "unknown"
	// DeliveryPodIP is Istio's way since 1.10.
	DeliveryPodIP Delivery = "pod-ip"
	// DeliveryLocalhost is Istio's way before 1.10, and of
	// meshConfig.inboundTrafficPolicy.mode LOCALHOST.
	DeliveryLocalhost Delivery = "localhost"
)

// Surroundings is asked while an object is judged. Implementations answer from
// memory; one that must not wait for ever honours the context.
type Surroundings interface {
	// Namespace returns the namespace of that name.
	Namespace(ctx context.Context, name string) (Namespace, Knowledge)
	// Delivery says where proxies deliver by the mesh configuration.
	Delivery(ctx context.Context) Delivery
}

// None is a world of which nothing is known.
type None struct{}

// Namespace answers that nothing is known.
func (None) Namespace(context.Context, string) (Namespace, Knowledge) { return Namespace{}, Unknown }

// Delivery answers that nothing is known.
func (None) Delivery(context.Context) Delivery { return DeliveryUnknown }
