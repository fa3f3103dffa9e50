// Package surroundings answers what lies outside the object under review. An
// answer is found, absent or unknown; what is unknown is never guessed.
package surroundings

import (
	"context"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

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

// ConfigMap is what Sluice reads of a ConfigMap.
type ConfigMap struct {
	// Data are its texts by their keys. Those of a cluster have no place.
	Data map[string]document.Text
	// Binary are the keys of what is no text.
	Binary []string
}

// Object is an object of one of the kinds. The zero Object is none.
type Object struct {
	Root *document.Node
	// Document is where it is written; nil for an object of a cluster.
	Document *document.Document
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
// memory, or wait for a moment and no longer than the context allows.
type Surroundings interface {
	// Namespace returns the namespace of that name.
	Namespace(ctx context.Context, name string) (Namespace, Knowledge)
	// ConfigMap returns a ConfigMap by its namespace and name.
	ConfigMap(ctx context.Context, namespace, name string) (ConfigMap, Knowledge)
	// Delivery says where proxies deliver by the mesh configuration.
	Delivery(ctx context.Context) Delivery
	// RootNamespace is the mesh's, whose policies hold for all namespaces; empty when nobody
	// says which it is.
	RootNamespace() string
	// Object returns the object of that kind and name. It belongs to all who ask, so
	// nobody may change it; what is never asked for, such as status and managedFields,
	// may be missing from it.
	Object(ctx context.Context, kind Kind, namespace, name string) (Object, Knowledge)
	// Objects returns the objects of a kind in a namespace, sorted by name, as Object
	// does; nobody may change the list either. complete is false when there may be more of
	// them: then an object that is not among them is unknown, not absent.
	Objects(ctx context.Context, kind Kind, namespace string) (objects []Object, complete bool)
}

// None is a world of which nothing is known.
type None struct{}

// Namespace answers that nothing is known.
func (None) Namespace(context.Context, string) (Namespace, Knowledge) { return Namespace{}, Unknown }

// ConfigMap answers that nothing is known.
func (None) ConfigMap(context.Context, string, string) (ConfigMap, Knowledge) {
	return ConfigMap{}, Unknown
}

// Delivery answers that nothing is known.
func (None) Delivery(context.Context) Delivery { return DeliveryUnknown }

// RootNamespace answers that nobody says.
func (None) RootNamespace() string { return "" }

// Object answers that nothing is known.
func (None) Object(context.Context, Kind, string, string) (Object, Knowledge) {
	return Object{}, Unknown
}

// Objects answers that nothing is known.
func (None) Objects(context.Context, Kind, string) ([]Object, bool) { return nil, false }

// Matters says whether a label or annotation of a namespace is one that Sluice or the
// mesh reads.
func Matters(key string) bool {
	prefix, _, _ := strings.Cut(key, "/")
	return key == "istio-injection" || key == "pod-security.kubernetes.io/enforce" || prefix == "sluice.dev" || prefix == "istio.io" || strings.HasSuffix(prefix, ".istio.io")
}
