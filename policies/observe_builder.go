package policies

import (
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// foundBuilder is a class that makes principals, and the property that names it: the one
// for all listeners, or else that of a listener.
type foundBuilder struct{ class, property string }

func (p *process) foundBuilder() foundBuilder {
	if p.seen.builder != nil {
		return *p.seen.builder
	}
	found := foundBuilder{property: principalBuilderProperty}
	p.seen.builder = &found
	if !p.Role.ServesKafka() {
		return found
	}
	if found.class = notKafkas(p.textOf(principalBuilderProperty)); found.class != "" {
		return found
	}
	for _, listener := range p.ownListeners() {
		property := workload.ListenerProperty(listener.Name, principalBuilderProperty)
		if class := notKafkas(p.textOf(property)); class != "" {
			found.class, found.property = class, property
			return found
		}
	}
	return found
}

func (p *process) principalBuilder() any { return p.foundBuilder().class }

func (p *process) principalBuilderPlace() place { return p.settingPlace(p.foundBuilder().property) }

// builder is what is known of a class that makes principals.
type builder struct{ serde, certificate bool }

// certificateBuilders are published classes that take the principal from the certificate
// of a client, which only a broker that ends the TLS itself sees. All were read in
// source: statnett/k3a-spiffe-principal-builder, traiana/kafka-spiffe-principal,
// boeboe/kafka-istio-principal-builder.
var certificateBuilders = map[string]builder{
	"io.statnett.k3a.authz.spiffe.SpiffePrincipalBuilder":                      {serde: true, certificate: true},
	"io.okro.kafka.SpiffePrincipalBuilder":                                     {certificate: true},
	"io.tetrate.kafka.security.istio.IstioPrincipalBuilder":                    {certificate: true},
	"dev.sluice.kafka.MeshPrincipalBuilder":                                    {serde: true},
	"io.confluent.kafka.security.authenticator.ConfluentKafkaPrincipalBuilder": {serde: true},
}

func (p *process) principalBuilderSerde() any {
	class := p.foundBuilder().class
	known, ok := certificateBuilders[class]
	switch {
	case class == "":
		return ""
	case !ok:
		return string(workload.Unknown)
	case known.serde:
		return string(workload.Yes)
	default:
		return string(workload.No)
	}
}

func (p *process) principalBuilderReadsCertificate() any {
	class := p.foundBuilder().class
	return certificateBuilders[class].certificate
}

// principalBuilderFound is "no" only for a published image to which the pod adds
// nothing: any other image may hold any class.
func (p *process) principalBuilderFound() any {
	class := p.foundBuilder().class
	switch {
	case class == "":
		return ""
	case class == string(workload.Unknown) || p.addsClasses() || !published(p.Container.Get("image").Text()):
		return string(workload.Unknown)
	case strings.HasPrefix(class, "io.confluent."), strings.HasPrefix(class, "org.apache.kafka."), strings.HasPrefix(class, "io.strimzi."):
		return string(workload.Yes)
	default:
		return string(workload.No)
	}
}

// addsClasses reports whether the pod may bring classes along: by CLASSPATH, by an
// option of Java, by something mounted among the libraries, or by a script.
func (p *process) addsClasses() bool {
	if _, set := p.Variable("CLASSPATH"); set || p.Bringer("CLASSPATH") {
		return true
	}
	for _, option := range p.javaOptions() {
		if strings.HasPrefix(option.Text, "-javaagent:") || strings.Contains(option.Text, "classpath") || option.Text == "-cp" {
			return true
		}
	}
	for _, mount := range p.Container.Get("volumeMounts").Items() {
		mounted := mount.Get("mountPath").Text()
		for _, part := range []string{"lib", "java", "plugin", "extension", ".jar", "classes"} {
			if strings.Contains(mounted, part) && !strings.HasPrefix(mounted, "/var/lib/") {
				return true
			}
		}
	}
	for word := range p.Words() {
		if strings.Contains(word, ".jar") || strings.Contains(word, "curl") || strings.Contains(word, "wget") || strings.Contains(word, "CLASSPATH") {
			return true
		}
	}
	return false
}

// publishedImages are the repositories of images that everybody has.
var publishedImages = []string{
	"apache/kafka", "apache/kafka-native", "bitnami/kafka", "bitnamilegacy/kafka", "confluentinc/cp-kafka", "confluentinc/cp-server",
	"confluentinc/cp-enterprise-kafka", "wurstmeister/kafka", "quay.io/strimzi/kafka",
}

// published reports whether an image is one of those, and not somebody's own.
func published(image string) bool {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return slices.Contains(publishedImages, strings.TrimPrefix(image, "docker.io/"))
}
