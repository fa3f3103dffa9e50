package workload

import (
	"regexp"
	"strings"
	"time"

	"github.com/sluice-dev/sluice/document"
)

// sidecarName is the name of the proxy's container.
const sidecarName = "istio-proxy"

// The names of the containers that Sluice adds to keep an application from starting:
// an init container behind a native sidecar, and a container behind a classic one.
const (
	WaitContainer = "sluice-wait"
	GateContainer = "sluice-gate"
)

// NativeSidecarAnnotation makes Istio's injector choose a native sidecar, or a
// classic one, whatever its default is.
const NativeSidecarAnnotation = "sidecar.istio.io/nativeSidecar"

// defaultGracePeriod is terminationGracePeriodSeconds of a pod that says nothing.
const defaultGracePeriod = 30 * time.Second

// drainSlack is how much earlier than the end of the grace period a proxy may go
// and still count as the last one: the proxy's own default drain.
const drainSlack = 5 * time.Second

// autoImage is the image of a container that only adds to the proxy which Istio's
// injector is still to bring (AutoImage in pkg/kube/inject of istio/istio).
const autoImage = "auto"

// FindSidecar looks for Istio's proxy in a pod or pod template. Fields that a person
// has put there for a proxy to come are none.
func FindSidecar(pod *document.Node) Sidecar {
	for _, container := range pod.At("spec", "initContainers").Items() {
		if isSidecar(container) && container.Get("restartPolicy").Text() == "Always" {
			return Sidecar{Kind: NativeSidecar, Container: container}
		}
	}
	for _, container := range pod.At("spec", "containers").Items() {
		if isSidecar(container) {
			return Sidecar{Kind: ClassicSidecar, Container: container}
		}
	}
	return Sidecar{Kind: NoSidecar}
}

func isSidecar(container *document.Node) bool {
	return container.Get("name").Text() == sidecarName && container.Get("image").Text() != autoImage
}

// ExpectedSidecar returns the kind of sidecar that the pod has or, when it has none
// yet, the kind that its annotation asks for. NoSidecar means that the mesh will
// decide.
func (w *Workload) ExpectedSidecar() SidecarKind {
	if w.Sidecar.Container != nil {
		return w.Sidecar.Kind
	}
	switch w.Pod.At("metadata", "annotations", NativeSidecarAnnotation).Text() {
	case "true":
		return NativeSidecar
	case "false":
		return ClassicSidecar
	default:
		return NoSidecar
	}
}

// First reports whether a classic sidecar is the pod's first container: the kubelet
// starts containers in their order.
func (s Sidecar) First() bool { return s.Kind == ClassicSidecar && s.Container.Index() == 0 }

// Waits reports whether a classic sidecar has the postStart hook that keeps the
// kubelet from starting the next container before the proxy is ready.
func (s Sidecar) Waits() bool {
	if s.Kind != ClassicSidecar {
		return false
	}
	var words []string
	for _, word := range s.Container.At("lifecycle", "postStart", "exec", "command").Items() {
		words = append(words, word.Text())
	}
	// The words may also be a line for a shell, or name the agent with its path.
	return strings.Contains(strings.Join(words, " "), "pilot-agent wait")
}

// HoldsBack reports whether the sidecar by itself makes container start after it.
func (s Sidecar) HoldsBack(container *document.Node) bool {
	switch s.Kind {
	case NativeSidecar:
		return true
	case ClassicSidecar:
		return s.Waits() && s.Container.Index() < container.Index()
	default:
		return false
	}
}

// PollsProxy reports whether a container's own start script waits for the proxy, as
// those of Koperator and Pravega do: they learn from this variable that there is one.
func PollsProxy(container *document.Node) bool {
	source := document.EnvEntry(container, "ENVOY_SIDECAR_STATUS").At("valueFrom", "fieldRef", "fieldPath")
	return source.Text() == "metadata.annotations['sidecar.istio.io/status']"
}

// GracePeriod returns the time that the containers of a pod have between SIGTERM
// and SIGKILL.
func GracePeriod(pod *document.Node) time.Duration {
	seconds, ok := pod.At("spec", "terminationGracePeriodSeconds").Int()
	if !ok || seconds < 0 || seconds > int64(time.Duration(1<<63-1)/time.Second) {
		return defaultGracePeriod
	}
	return time.Duration(seconds) * time.Second
}

// ProxyOutlivesApp reports whether the proxy stays until the app has shut down:
// a native sidecar does; a classic one does when it waits for the last connection,
// drains for as long as the grace period lasts, or has a preStop hook of its own.
func (w *Workload) ProxyOutlivesApp(config *ProxyConfig) bool {
	if w.ExpectedSidecar() == NativeSidecar || w.Sidecar.Container.At("lifecycle", "preStop") != nil {
		return true
	}
	waits := config.exitOnZero
	// Once the proxy is in the pod, its own variable is what its agent reads.
	if entry := document.EnvEntry(w.Sidecar.Container, ExitOnZeroVariable); entry != nil {
		waits = proxyBool(entry.Get("value"))
	}
	return waits.value || config.drainSet && config.drain >= GracePeriod(w.Pod)-drainSlack
}

// versionTag is the tag of Istio's proxies: "1.29.0" or "1.29.0-distroless".
var versionTag = regexp.MustCompile(`^(\d{1,2}\.\d{1,2})(\.\d{1,2})?(?:-|$)`)

// Version returns the version of Istio by the tag of the proxy's image, as in "1.29.0";
// empty when that does not tell. A tag that stands for the last release of a minor
// version tells its first one.
func (s Sidecar) Version() string {
	found := versionTag.FindStringSubmatch(parseReference(s.Container.Get("image").Text()).tag)
	switch {
	case found == nil:
		return ""
	case found[2] == "":
		return found[1] + ".0"
	default:
		return found[1] + found[2]
	}
}
