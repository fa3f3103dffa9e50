package surroundings

import (
	"bytes"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/sluice-dev/sluice/document"
)

// Kind is a kind of objects that Surroundings can be asked for.
type Kind struct {
	// Group is the API group, empty for the core one. Any version of it will do.
	Group string
	// Name is the kind as objects have it, as in "Service".
	Name string
}

// The kinds that can be asked for.
var (
	DestinationRule = Kind{"networking.istio.io", "DestinationRule"}
	EnvoyFilter     = Kind{"networking.istio.io", "EnvoyFilter"}
	LimitRange      = Kind{"", "LimitRange"}

	PeerAuthentication  = Kind{"security.istio.io", "PeerAuthentication"}
	PodDisruptionBudget = Kind{"policy", "PodDisruptionBudget"}

	Service = Kind{"", "Service"}
)

// Of these only documents tell: no server needs the right to watch them.
var (
	Certificate  = Kind{"cert-manager.io", "Certificate"}
	StrimziKafka = Kind{"kafka.strimzi.io", "Kafka"}

	written = []Kind{Certificate, StrimziKafka}
)

// These two are asked for by methods of their own: documents of one namespace are
// merged, and ConfigMaps are read with the places of their texts.
var (
	configMapKind = Kind{"", "ConfigMap"}
	namespaceKind = Kind{"", "Namespace"}
)

// row says how a Cluster answers for a kind.
type row struct {
	kind Kind
	// resource is the kind's name in paths and rights.
	resource string
	// version is that of a kind which every cluster has. The others are looked for until
	// they are there, in whichever version.
	version string
}

// kinds has a row for each kind that is watched. A new one needs no code, and the
// right to list and watch it.
var kinds = []row{
	{DestinationRule, "destinationrules", ""},
	{EnvoyFilter, "envoyfilters", ""},
	{LimitRange, "limitranges", "v1"},
	{namespaceKind, "namespaces", "v1"},
	{PeerAuthentication, "peerauthentications", ""},
	{PodDisruptionBudget, "poddisruptionbudgets", "v1"},
	{Service, "services", "v1"},
}

// Watched lists the resources that a Cluster lists and watches in all namespaces, and
// of which it gets single objects.
func Watched() []schema.GroupResource {
	var all []schema.GroupResource
	for _, r := range kinds {
		all = append(all, schema.GroupResource{Group: r.kind.Group, Resource: r.resource})
	}
	return all
}

// configMapRow is that of ConfigMaps, which are too many and too large to be watched:
// one is read when it is asked for.
var configMapRow = row{configMapKind, "configmaps", "v1"}

// served is the resource of a kind that every cluster has.
func (r row) served() schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: r.kind.Group, Version: r.version, Resource: r.resource}
}

// known reports whether documents are asked for the kind.
func known(kind Kind) bool {
	return slices.Contains(written, kind) || slices.ContainsFunc(kinds, func(r row) bool { return r.kind == kind })
}

// KindOf returns the kind of an object by the words that it says of itself.
func KindOf(object *document.Node) Kind {
	return kindOf(object.Get("apiVersion").Text(), object.Get("kind").Text())
}

// kindOf returns the kind that an object of that apiVersion and kind has.
func kindOf(apiVersion, kind string) Kind {
	group, _, versioned := strings.Cut(apiVersion, "/")
	if !versioned {
		group = ""
	}
	return Kind{group, kind}
}

// Relevant reports whether the text of a document can hold an object that Files.Add
// would take something from. It lets most of a large run be read once instead of
// twice.
func Relevant(text []byte) bool {
	for {
		at := bytes.Index(text, []byte("kind"))
		if at < 0 {
			return false
		}
		text = bytes.TrimLeft(text[at+len("kind"):], "\"': \t\r\n")
		if len(text) > 0 && (text[0] == '&' || text[0] == '!' || text[0] == '*') {
			return true // YAML's anchors, tags and aliases may say anything
		}
		word := text[:len(text)-len(bytes.TrimLeftFunc(text, isLetter))]
		name := string(bytes.TrimSuffix(word, []byte("List")))
		if name == configMapKind.Name || slices.ContainsFunc(written, func(kind Kind) bool { return kind.Name == name }) ||
			slices.ContainsFunc(kinds, func(r row) bool { return r.kind.Name == name }) {
			return true
		}
	}
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
