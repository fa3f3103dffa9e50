// Package workload says what a pod is: which processes of a Kafka or ZooKeeper
// cluster, or around one, run in it, of which distribution, with which configuration, and by which route that
// configuration can be changed. Distributions are data; see distributions/.
package workload

import (
	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
)

// Workload is a pod, or the template of one, with at least one recognised process.
type Workload struct {
	// Object names the object that was given: the pod, or what holds the template.
	Object verdict.Object
	// Root is the tree of that object.
	Root *document.Node
	// Pod is the node with the pod's metadata and spec: Root itself for a Pod,
	// .spec.template for a Deployment, and so on.
	Pod *document.Node
	// Sidecar says whether the pod already carries Istio's proxy, and how.
	Sidecar Sidecar
	// Processes are the recognised processes in the order of their containers.
	Processes []*Process
}

// Sidecar is the way in which a pod carries Istio's proxy.
type Sidecar struct {
	Kind SidecarKind
	// Container is the istio-proxy container; nil for NoSidecar.
	Container *document.Node
}

// SidecarKind tells the two ways of running istio-proxy apart.
type SidecarKind string

// The kinds.
const (
	NoSidecar SidecarKind = "none"
	// ClassicSidecar is istio-proxy among spec.containers.
	ClassicSidecar SidecarKind = "classic"
	// NativeSidecar is istio-proxy among spec.initContainers, with restartPolicy
	// Always: it starts before and stops after the app by itself.
	NativeSidecar SidecarKind = "native"
)

// Process is one Kafka or ZooKeeper process: one container that runs it.
type Process struct {
	Role Role
	// Controller is true for a KRaft controller, combined or not.
	Controller bool
	// KRaft is true for a Kafka process that needs no ZooKeeper.
	KRaft bool
	// Distribution is the catalogue's row.
	Distribution *Distribution
	// Owner is the operator that made the pod; nil where people and charts did.
	Owner *Owner
	// Container is the container's node.
	Container *document.Node
	// Version is the version of Kafka or ZooKeeper that the image tag tells, as in
	// "3.9.4", or "3.6" for a distribution that counts its own releases; empty when
	// the tag does not tell.
	Version string
	// Reading says whether the process is configured by its environment variables.
	Reading Reading
	// ConfigurationFile is the file that the command line names, empty when there is
	// none to be seen.
	ConfigurationFile string

	pod         *document.Node
	start       *Start
	call        call
	environment *environment
	overrides   []override
	mounted     *document.Node
	underlain   bool
	// file is what the configuration file says. filePlace is where it is written, or
	// what mounts it, and fileName what a person would call it: "zoo.cfg in ConfigMap
	// zookeeper", or nothing when that is not to be seen.
	file      fileProperties
	filePlace Place
	fileName  string
}

// Reading says whether a process is configured by its environment variables.
type Reading string

// The readings.
const (
	// Read: the image's start script turns the variables into the configuration.
	Read Reading = "read"
	// Hidden: a configuration file is mounted, and takes the place of the variables.
	Hidden Reading = "hidden"
	// Bypassed: the command does not run what reads the variables.
	Bypassed Reading = "bypassed"
	// Unclear: the command is a script that cannot be seen.
	Unclear Reading = "unclear"
	// NoContract: no variables configure this distribution.
	NoContract Reading = "no-contract"
)

// Setting is the effective value of one property.
type Setting struct {
	// Value is the value as the process will read it.
	Value string
	// Known is false when something sets the property to a value that cannot be
	// seen, such as a secretKeyRef; Value is then empty.
	Known bool
	// Shape is, for some values that cannot be seen as a whole, the value with what cannot
	// be seen as it is written, "PLAINTEXT://$(POD_IP):9092", or as hiddenPart.
	Shape string
	// Place is where the value is written. A default is written nowhere.
	Place
	// Source says by which means the value is set.
	Source Provenance
}

// hiddenPart stands in a Shape for what is written nowhere.
const hiddenPart = "${?}"

// Written returns the value, or as much of it as can be seen.
func (s Setting) Written() string {
	if s.Known {
		return s.Value
	}
	return s.Shape
}

// Provenance says by which means a property is set.
type Provenance string

// The provenances.
const (
	FromEnv      Provenance = "env"
	FromArgument Provenance = "argument"
	// FromScript: a shell script of the pod writes the line into the file.
	FromScript Provenance = "script"
	// FromFile: the line is in a mounted file.
	FromFile    Provenance = "file"
	FromDefault Provenance = "default"
)

// Name returns the name of the process's container.
func (p *Process) Name() string { return p.Container.Get("name").Text() }

// Route is the way by which a property of a process can be set through its pod.
type Route struct {
	Kind RouteKind
	// Env is the variable for RouteEnv and RouteEnvList.
	Env string
	// Value is what the variable or argument must hold for the asked value, in the
	// distribution's spelling: "yes" for true in Bitnami's images, for example. For
	// RouteEnvList and RouteArgument it is the whole "property=value".
	Value string
	// Current is what the variable holds now, as the container's env would have to say
	// it. From is the text of the ConfigMap that says it in its stead, if one does: what
	// is set in the container counts more.
	Current string
	From    *ConfigText
	// Separator stands between the properties of a RouteEnvList.
	Separator string
	// Words are, for RouteArgument, what to append to the container's args. They are
	// empty when Replace says what to do instead. For RouteScript they are what the list
	// Replace must hold; empty when that is a script.
	Words []string
	// Replace is, for RouteArgument and RouteScript, the string of the container that
	// must become Text: an argument that sets the property already, or the shell script
	// that holds the command line.
	Replace *document.Node
	Text    string
	// Script is true when a shell script starts the server, or will, and is rewritten.
	Script bool
	// Why says, for RouteNone, which reason code a skip has. A RouteScript has one where
	// people can do better than to have their script rewritten.
	Why verdict.Code
	// Instead is the sentence of such a skip, without a capital or a full stop: why
	// the pod cannot carry the property, and what to do.
	Instead string
	// Near is where to do it, for RouteNone; nowhere when that cannot be told.
	Near Place
}

// RouteKind is the kind of a route.
type RouteKind string

// The kinds of routes.
const (
	// RouteEnv: a variable of the container holds the property's value.
	RouteEnv RouteKind = "env"
	// RouteEnvList: a variable holds several properties, such as ZOO_CFG_EXTRA.
	RouteEnvList RouteKind = "env-list"
	// RouteArgument: the command line takes an option such as --override
	// property=value.
	RouteArgument RouteKind = "argument"
	// RouteScript: the script that starts the server writes the property into the
	// configuration file, by a step more.
	RouteScript RouteKind = "script"
	// RouteNone: a pod cannot carry the property.
	RouteNone RouteKind = "none"
)
