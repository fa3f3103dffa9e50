package mutators

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Names in the pod.
const (
	plugInContainer = "sluice-principal"
	plugInVolume    = "sluice-principal"
	secretVolume    = "sluice-identity"
	classPath       = "CLASSPATH" // kafka-run-class.sh puts Kafka's own jars behind it
)

// placePlugIn puts the jar on the class path of a process: an init container copies it
// out of our image, or the image itself is a volume. The secret is mounted beside it.
func placePlugIn(review *Review, process *workload.Process) {
	container, spec := process.Container, review.pod().Get("spec")
	asVolume := review.Settings.Identity.ImageVolume
	jar := identity.PlugInDirectory + "/" + identity.PlugInFile
	if asVolume {
		jar = identity.PlugInDirectory + identity.PlugInInImage
	}
	report := func(message, path string, edit func(*document.Editor)) {
		review.change(verdict.PrincipalPlugIn, container, path, message, edit)
	}
	for _, volume := range []*document.Node{plugIn(review, asVolume), mapping("name", secretVolume, "secret", mapping("secretName", identity.SecretName))} {
		if named(spec.Get("volumes"), volume.Get("name").Text()) == nil {
			report("the pod now has the volume "+volume.Get("name").Text(), review.path(spec, "volumes"),
				func(e *document.Editor) { e.AppendItem(spec, "volumes", volume) })
		}
	}
	for _, mount := range [][2]string{{plugInVolume, identity.PlugInDirectory}, {secretVolume, identity.SecretDirectory}} {
		if named(container.Get("volumeMounts"), mount[0]) == nil {
			report("the broker now finds "+mount[0]+" at "+mount[1], review.path(container, "volumeMounts"), func(e *document.Editor) {
				e.AppendItem(container, "volumeMounts", mapping("name", mount[0], "mountPath", mount[1], "readOnly", document.NewBool(true)))
			})
		}
	}
	if !asVolume && named(spec.Get("initContainers"), plugInContainer) == nil {
		report("an init container now brings the plug-in", review.path(spec, "initContainers"),
			func(e *document.Editor) { e.AppendItem(spec, "initContainers", copier(review.Settings.Identity.Image)) })
	}
	current := document.EnvEntry(container, classPath).Get("value").Text()
	switch {
	case current == "":
		report("the plug-in is now on the class path", review.path(container, "env"),
			func(e *document.Editor) { e.SetEnv(container, classPath, jar) })
	case !onClassPath(current, jar):
		report("the plug-in is now on the class path", review.path(document.EnvEntry(container, classPath), "value"),
			func(e *document.Editor) { e.SetEnv(container, classPath, current+":"+jar) })
	}
}

// labelPorts sets the labels that select the filters.
func labelPorts(review *Review, ports []int) {
	metadata := review.pod().Get("metadata")
	for _, port := range ports {
		label := identity.Label(port)
		if metadata.At("labels", label).Text() == identity.LabelValue {
			continue
		}
		review.change(verdict.PrincipalLabel, metadata, review.path(review.pod(), "metadata", "labels", label),
			"the pod's proxy now says who connects to port "+strconv.Itoa(port),
			func(e *document.Editor) { e.SetLabel(review.pod(), label, identity.LabelValue) })
	}
}

// giveSecret gives istio-proxy the secret by which its header is believed.
func giveSecret(review *Review) {
	proxy := review.Workload.Sidecar.Container
	if document.EnvEntry(proxy, identity.SecretVariable) != nil {
		return
	}
	review.change(verdict.PrincipalProxySecret, proxy, review.path(proxy, "env"),
		"istio-proxy now has the secret by which the broker believes it", func(e *document.Editor) {
			e.AppendItem(proxy, "env", mapping("name", identity.SecretVariable, "valueFrom",
				mapping("secretKeyRef", mapping("name", identity.SecretName, "key", identity.SecretCurrent))))
		})
}

func plugIn(review *Review, asVolume bool) *document.Node {
	if asVolume {
		return mapping("name", plugInVolume, "image", mapping("reference", review.Settings.Identity.Image, "pullPolicy", "IfNotPresent"))
	}
	return mapping("name", plugInVolume, "emptyDir", mapping("sizeLimit", "16Mi"))
}

// copier is the init container. It needs no network and no privilege.
func copier(image string) *document.Node {
	return mapping("name", plugInContainer, "image", image, "imagePullPolicy", "IfNotPresent",
		"args", texts("identity", "plug-in", identity.PlugInDirectory),
		"resources", mapping("requests", mapping("cpu", "10m", "memory", "32Mi"), "limits", mapping("memory", "64Mi")),
		"securityContext", mapping("allowPrivilegeEscalation", document.NewBool(false), "readOnlyRootFilesystem", document.NewBool(true),
			"runAsNonRoot", document.NewBool(true), "capabilities", mapping("drop", texts("ALL"))),
		"volumeMounts", document.NewSequence(mapping("name", plugInVolume, "mountPath", identity.PlugInDirectory)))
}

func onClassPath(path, jar string) bool { return slices.Contains(strings.Split(path, ":"), jar) }
