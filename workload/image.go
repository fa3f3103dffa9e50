package workload

import (
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// reference is an image reference, taken apart.
type reference struct {
	// repository is the path below the registry: "bitnami/kafka".
	repository string
	// tag is empty when there is none.
	tag string
}

// parseReference takes [registry/]repository[:tag][@digest] apart.
func parseReference(image string) reference {
	image, _, _ = strings.Cut(image, "@")
	var tag string
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image, tag = image[:colon], image[colon+1:]
	}
	if first, rest, ok := strings.Cut(image, "/"); ok && isRegistry(first) {
		image = rest
	}
	return reference{repository: image, tag: tag}
}

// isRegistry tells a registry's host from a first component of a repository, as
// container runtimes do: a host has a dot or a port, is localhost, or is not in
// lower case.
func isRegistry(component string) bool {
	return strings.ContainsAny(component, ".:") || component == "localhost" || component != strings.ToLower(component)
}

// fits reports whether a container's image is one of these.
func (i *Image) fits(ref reference, container *document.Node) bool {
	return i.fitsRepository(ref.repository) &&
		(len(i.tags) == 0 || matchesAny(i.tags, ref.tag)) &&
		(len(i.Variables) == 0 || setsAny(container, i.Variables)) &&
		(len(i.Mounts) == 0 || mountsAny(container, i.Mounts))
}

// fitsRepository compares components from the last one on, which sorts most images
// out at once.
func (i *Image) fitsRepository(repository string) bool {
	for _, component := range slices.Backward(i.components) {
		if repository == "" {
			return false
		}
		slash := strings.LastIndexByte(repository, '/')
		if !component.matches(repository[slash+1:]) {
			return false
		}
		repository = repository[:max(slash, 0)]
	}
	return !i.whole || repository == ""
}

// pattern is a text with wildcards: what stands before, between and after them.
type pattern []string

// newPattern reads a pattern in which "*" stands for any text, also none.
func newPattern(text string) pattern { return strings.Split(text, "*") }

// matches compares text with the pattern.
func (p pattern) matches(text string) bool {
	first, last := p[0], p[len(p)-1]
	if len(p) == 1 {
		return text == first
	}
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range p[1 : len(p)-1] {
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return true
}

func matchesAny(patterns []pattern, text string) bool {
	for _, p := range patterns {
		if p.matches(text) {
			return true
		}
	}
	return false
}

func setsAny(container *document.Node, names []string) bool {
	for _, entry := range container.Get("env").Items() {
		if slices.Contains(names, entry.Get("name").Text()) {
			return true
		}
	}
	return false
}

func mountsAny(container *document.Node, paths []string) bool {
	for _, mount := range container.Get("volumeMounts").Items() {
		mounted := mount.Get("mountPath").Text()
		for _, wanted := range paths {
			if rest, ok := strings.CutPrefix(mounted, wanted); ok && (rest == "" || rest[0] == '/') {
				return true
			}
		}
	}
	return false
}

// of returns the product's version that an image tag tells, or "".
func (v *Version) of(tag string) string {
	if tag == "" {
		return ""
	}
	for _, pattern := range v.compiled {
		found := pattern.FindStringSubmatch(tag)
		if found == nil {
			continue
		}
		if v.Releases == nil {
			return found[1]
		}
		major, rest, _ := strings.Cut(found[1], ".")
		minor, _, _ := strings.Cut(rest, ".")
		return v.Releases[major+"."+minor]
	}
	return ""
}
