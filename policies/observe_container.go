package policies

import (
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// containerFacts are the facts about what the container of a process may do.
var containerFacts = []of[*process]{
	{Definition{"privileged", Boolean, nil,
		"whether the container is privileged"},
		(*process).privileged, (*process).privilegedPlace},
	{Definition{"runs_as_root", Boolean, nil,
		"whether the container, or the pod for it, asks for the user 0; what the image does by itself is not known"},
		(*process).runsAsRoot, (*process).userPlace},
	{Definition{"capability", Text, nil,
		"the first capability that the container adds beyond those of the Baseline profile of the Pod Security Standards; empty when there is none"},
		(*process).capability, (*process).capabilityPlace},
	{Definition{"privilege_escalation", Boolean, nil,
		"whether the container asks for allowPrivilegeEscalation"},
		(*process).privilegeEscalation, (*process).privilegeEscalationPlace},
	{Definition{"host_namespace", Text, []string{"", "hostPID", "hostIPC"},
		"the namespace that the pod shares with its node"},
		(*process).hostNamespace, (*process).hostNamespacePlace},
	{Definition{"seccomp", Text, nil,
		"the type of the seccomp profile that holds for the container; empty when nothing says one"},
		(*process).seccomp, (*process).seccompPlace},
	{Definition{"image_tag", Text, nil,
		"the tag of the image; empty when there is none"},
		(*process).imageTag, (*process).imagePlace},
	{Definition{"image_moves", Boolean, nil,
		"whether the image is named by no digest, and by no tag or one such as latest"},
		(*process).imageMoves, (*process).imagePlace},
	{Definition{"token", Text, []string{"default", "asked-for", "refused"},
		"whether the pod gets the token of its service account"},
		(*process).token, (*process).tokenPlace},
	{Definition{"asks_api_server", Boolean, nil,
		"whether something in the pod may need that token: another container, or a word of the command line about Kubernetes"},
		(*process).asksAPIServer, (*process).container},
	{Definition{"pod_security", Text, nil,
		"the level of the Pod Security Standards that the namespace enforces; empty when it is not known to enforce one"},
		(*process).podSecurity, (*process).container},
	{Definition{"pod_security_breach", Text, nil,
		"what keeps the pod out of a namespace that enforces the level restricted; empty when nothing does, or when it is not known to"},
		(*process).podSecurityBreach, (*process).podSecurityPlace},
}

func (p *process) security(keys ...string) *document.Node {
	return p.Container.Get("securityContext").At(keys...)
}

// eitherSecurity returns a field of the container's security context, or else of the
// pod's.
func (p *pod) eitherSecurity(container *document.Node, keys ...string) *document.Node {
	if own := container.Get("securityContext").At(keys...); own != nil && own.Kind != document.Null {
		return own
	}
	return p.Pod.At("spec", "securityContext").At(keys...)
}

func (p *process) privileged() any { return p.security("privileged").IsTrue() }
func (p *process) privilegedPlace() place {
	return nearest(p.Container, "securityContext", "privileged")
}

func (p *process) runsAsRoot() any {
	user, set := p.eitherSecurity(p.Container, "runAsUser").Int()
	return set && user == 0
}

func (p *process) userPlace() place {
	return p.orContainer(p.eitherSecurity(p.Container, "runAsUser"))
}

// orContainer is the place of a node, or of the container where there is none.
func (p *process) orContainer(node *document.Node) place {
	if node == nil {
		return p.container()
	}
	return place{node: node}
}

// baselineCapabilities may be added under the Baseline profile:
// https://kubernetes.io/docs/concepts/security/pod-security-standards/
var baselineCapabilities = []string{
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
	"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}

func (p *process) addedCapability() *document.Node {
	for _, added := range p.security("capabilities", "add").Items() {
		if !slices.Contains(baselineCapabilities, strings.TrimPrefix(added.Text(), "CAP_")) {
			return added
		}
	}
	return nil
}

func (p *process) capability() any        { return p.addedCapability().Text() }
func (p *process) capabilityPlace() place { return p.orContainer(p.addedCapability()) }

func (p *process) privilegeEscalation() any {
	return p.security("allowPrivilegeEscalation").IsTrue()
}

func (p *process) privilegeEscalationPlace() place {
	return nearest(p.Container, "securityContext", "allowPrivilegeEscalation")
}

func (p *process) sharedNamespace() *document.Node {
	for _, name := range []string{"hostPID", "hostIPC"} {
		if shared := p.Pod.At("spec", name); shared.IsTrue() {
			return shared
		}
	}
	return nil
}

func (p *process) hostNamespace() any {
	if shared := p.sharedNamespace(); shared != nil {
		return shared.Key
	}
	return ""
}

func (p *process) hostNamespacePlace() place { return p.orContainer(p.sharedNamespace()) }

func (p *process) seccomp() any {
	return p.eitherSecurity(p.Container, "seccompProfile", "type").Text()
}

func (p *process) seccompPlace() place {
	return p.orContainer(p.eitherSecurity(p.Container, "seccompProfile", "type"))
}

// movingTags are tags that mean another image tomorrow.
var movingTags = []string{"", "latest", "main", "master", "edge", "nightly", "snapshot", "dev"}

func (p *process) imageTag() any {
	tag, _ := p.tag()
	return tag
}

func (p *process) imageMoves() any {
	tag, pinned := p.tag()
	return !pinned && slices.Contains(movingTags, strings.ToLower(tag)) && p.Container.Get("image").Text() != ""
}

// tag returns the tag of the image; pinned is true when there is a digest.
func (p *process) tag() (tag string, pinned bool) {
	image, _, pinned := strings.Cut(p.Container.Get("image").Text(), "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		tag = image[colon+1:]
	}
	return tag, pinned
}

func (p *process) token() any {
	switch mounted := p.Pod.At("spec", "automountServiceAccountToken"); {
	case mounted.IsTrue():
		return "asked-for"
	case mounted.IsFalse():
		return "refused"
	default:
		return "default"
	}
}

func (p *process) tokenPlace() place { return nearest(p.Pod, "spec", "automountServiceAccountToken") }

// asksAPIServer goes by who else is there: init containers that ask for the labels of a
// node or the address of a Service, and sidecars.
func (p *process) asksAPIServer() any {
	for _, other := range p.containers() {
		if other != p.Container && !strings.HasPrefix(other.Get("name").Text(), "istio-") {
			return true
		}
	}
	for word := range p.Words() {
		if strings.Contains(word, "kube") || strings.Contains(word, "serviceaccount") {
			return true
		}
	}
	return p.textOf("config.providers") != ""
}

// containers are those of the pod, init containers first.
func (p *pod) containers() []*document.Node {
	spec := p.Pod.Get("spec")
	return slices.Concat(spec.Get("initContainers").Items(), spec.Get("containers").Items())
}

// podSecurityLabel is the label by which a namespace asks for a level.
const podSecurityLabel = "pod-security.kubernetes.io/enforce"

func (p *process) podSecurity() any { return p.namespace.Labels[podSecurityLabel] }

func (p *process) podSecurityBreach() any {
	breach, _ := p.breach()
	return breach
}

func (p *process) podSecurityPlace() place {
	_, node := p.breach()
	return p.orContainer(node)
}

// breach finds what the level restricted asks for beyond what the other rules judge, in
// the words of the API server:
// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
func (p *process) breach() (breach string, at *document.Node) {
	if p.namespace.Labels[podSecurityLabel] != "restricted" {
		return "", nil
	}
	for _, container := range p.containers() {
		name := container.Get("name").Text()
		own := container.Get("securityContext")
		if strings.HasPrefix(name, "istio-") {
			continue // the mesh's own affair
		}
		dropsAll := slices.ContainsFunc(own.At("capabilities", "drop").Items(), func(dropped *document.Node) bool { return dropped.Text() == "ALL" })
		switch {
		case !p.eitherSecurity(container, "runAsNonRoot").IsTrue():
			breach = "does not say runAsNonRoot: true"
		case !own.Get("allowPrivilegeEscalation").IsFalse():
			breach = "does not say allowPrivilegeEscalation: false"
		case !dropsAll:
			breach = "does not drop all capabilities"
		case !isOneOf(p.eitherSecurity(container, "seccompProfile", "type").Text(), "RuntimeDefault", "Localhost"):
			breach = "has no seccompProfile"
		default:
			continue
		}
		return "container " + name + " " + breach, container
	}
	return "", nil
}
