// Package identity holds what a broker, its proxy and the mesh have to agree on so that
// the broker learns whom the mesh has proved: names, numbers, and the objects that a
// pod cannot carry. The Java plug-in in principal/ is the broker's side of it.
package identity

import "strconv"

// LabelPrefix begins the label of a pod that selects the filter of one port; the
// port's number follows. There is one label and one filter a port, because a filter
// that named the ports of all would change running brokers with each edit.
const LabelPrefix = "sluice.dev/identity-"

// LabelValue is the value of the label.
const LabelValue = "mesh"

// Label is the label that makes the proxy of a pod write its header on that port.
func Label(port int) string { return LabelPrefix + strconv.Itoa(port) }

// FilterName is the name of the EnvoyFilter of a port.
func FilterName(port int) string { return "sluice-identity-" + strconv.Itoa(port) }

// The secret that tells the header of a pod's own proxy from any other.
const (
	// SecretName is the name of the Secret, one in each namespace that has such pods.
	SecretName = "sluice-identity"
	// SecretCurrent is the key of the value that proxies get when their pod starts.
	SecretCurrent = "current"
	// SecretPrevious is the key of the value that proxies have which started before the
	// last rotation.
	SecretPrevious = "previous"
	// SecretVariable is the environment variable of istio-proxy that holds it.
	SecretVariable = "SLUICE_IDENTITY_SECRET" //nolint:gosec // the name of a variable, not what it holds
)

// The types of the TLVs in the proxy's header, out of those that the PROXY protocol
// leaves to applications. ProxyV2.java has the same.
const (
	idTLV     = 0xE0
	secretTLV = 0xE1
)

// LeastEnvoy is the first minor version of Envoy 1 that can connect to the application
// after the TLS handshake (upstream_connect_mode), when it knows whom it speaks for.
// One before it refuses the filter, and with it all later changes of that listener.
const LeastEnvoy = 37

// LeastIstio is the first minor version of Istio 1 whose proxy is of that Envoy.
const LeastIstio = 29

// Where things are in the broker's container.
const (
	// PlugInDirectory is where the plug-in is mounted.
	PlugInDirectory = "/opt/sluice"
	// PlugInFile is the name of its jar.
	PlugInFile = "sluice-principal.jar"
	// PlugInInImage is where the jar is in Sluice's image.
	PlugInInImage = "/usr/share/sluice/" + PlugInFile
	// SecretDirectory is where the Secret is mounted; the plug-in's default.
	SecretDirectory = "/etc/sluice/identity" //nolint:gosec // where it is, not what it is
)
