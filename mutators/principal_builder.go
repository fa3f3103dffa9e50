package mutators

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// PrincipalBuilder makes a broker or controller know its clients by the identity that
// the mesh has proved: docs/identity.md. It gives the plug-in to the process, takes
// plaintext listeners over, and makes the pod's proxy say who connects.
//
// It acts once Istio's proxy is in the pod, for only then is it known whether the
// proxy can. It does all of it or nothing: a broker with half of it lets nobody in.
type PrincipalBuilder struct{}

// Name is "principal-builder".
func (PrincipalBuilder) Name() string { return "principal-builder" }

// OptIn makes it run only where somebody asks for it by its name.
func (PrincipalBuilder) OptIn() {}

// Mutate changes the pod, or says what is in the way.
func (PrincipalBuilder) Mutate(ctx context.Context, review *Review) {
	at := slices.IndexFunc(review.Workload.Processes, func(p *workload.Process) bool {
		return p.Role == workload.Broker || p.Role == workload.Controller
	})
	if at < 0 {
		return
	}
	process := review.Workload.Processes[at]
	if found := obstacle(review, process); found != nil {
		review.skipAt(found.why, found.near, found.message)
		return
	}
	plan, found := planListeners(ctx, review, process)
	if found != nil {
		review.skipAt(found.why, found.near, found.message)
		return
	}
	before := len(review.Changes)
	for _, p := range plan.properties {
		p.apply(review)
	}
	placePlugIn(review, process)
	labelPorts(review, plan.ports)
	giveSecret(review)
	if len(review.Changes) == before {
		review.skip(verdict.PrincipalAlready, process.Container, fmt.Sprintf(
			"container %s already takes the mesh's identity on its listeners", process.Name()))
	}
}

// hindrance is why nothing is done.
type hindrance struct {
	why     verdict.Code
	near    workload.Place
	message string
}

// obstacle looks for what makes it impossible or unsafe, whatever the listeners are.
func obstacle(review *Review, process *workload.Process) *hindrance {
	pod, proxy := review.pod(), review.Workload.Sidecar.Container
	if proxy == nil {
		return &hindrance{verdict.PrincipalNoProxy, workload.At(pod), "the broker takes the mesh's identity once Istio has put its proxy into the pod"}
	}
	if node := pod.At("spec", "hostNetwork"); node.IsTrue() {
		return &hindrance{verdict.PrincipalRedirection, workload.At(node), "the pod has hostNetwork, so its connections do not pass a proxy"}
	}
	if value, near := review.annotation("sidecar.istio.io/interceptionMode"); value.Text() == "TPROXY" {
		return &hindrance{verdict.PrincipalRedirection, workload.At(near), "with the interception mode TPROXY nobody has tried whether the header arrives"}
	}
	if !review.Settings.Identity.AssumeProxy && !capableProxy(proxy.Get("image").Text()) {
		return &hindrance{verdict.PrincipalProxyVersion, workload.At(proxy), fmt.Sprintf(
			"the tag of istio-proxy's image does not tell that it is of Istio 1.%d or later, whose Envoy knows the client before it connects", identity.LeastIstio)}
	}
	account := pod.At("spec", "serviceAccountName")
	if account.Text() == "" || account.Text() == "default" {
		near := account
		if near == nil {
			near = pod
		}
		return &hindrance{verdict.PrincipalAccount, workload.At(near),
			"the pod has the service account that every other pod has too: as a super user it would be everybody"}
	}
	if review.Namespace == "" {
		return &hindrance{verdict.PrincipalUnknownValue, workload.At(pod), "the pod's namespace is not known, and is a part of its identity"}
	}
	if node := askingProbe(process.Container); node != nil {
		return &hindrance{verdict.PrincipalProbe, workload.At(node), fmt.Sprintf(
			"container %s runs a Kafka tool within itself, which passes no proxy and would be refused", process.Name())}
	}
	if review.Settings.Identity.Image == "" {
		return &hindrance{verdict.PrincipalNoRoute, workload.At(process.Container), "the settings do not say which image holds the plug-in, identity.image"}
	}
	return nil
}

var istioTag = regexp.MustCompile(`^1\.(\d{1,4})(?:[.-].*)?$`)

// capableProxy reports whether the tag of an image of Istio's proxy tells that it is
// late enough.
func capableProxy(image string) bool {
	image, _, _ = strings.Cut(image, "@")
	colon := strings.LastIndexByte(image, ':')
	if colon < strings.LastIndexByte(image, '/') {
		return false
	}
	found := istioTag.FindStringSubmatch(image[colon+1:])
	if found == nil {
		return false
	}
	var minor int
	_, err := fmt.Sscanf(found[1], "%d", &minor)
	return err == nil && minor >= identity.LeastIstio
}

// kafkaTool is how Kafka's tools are called, or told whom to ask.
var kafkaTool = regexp.MustCompile(`\bkafka-[a-z-]+|--bootstrap-(?:server|controller)`)

// askingProbe returns the probe or hook of a container that asks Kafka by a tool.
func askingProbe(container *document.Node) *document.Node {
	for _, path := range [][]string{
		{"startupProbe"}, {"readinessProbe"}, {"livenessProbe"}, {"lifecycle", "postStart"}, {"lifecycle", "preStop"},
	} {
		command := container.At(append(path, "exec", "command")...)
		for _, word := range command.Items() {
			if kafkaTool.MatchString(word.Text()) {
				return command
			}
		}
	}
	return nil
}
