package workload

import (
	"path"
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

// weight is how much the pattern says: of several images that fit, the one that says
// most counts.
func (i *Image) weight() int {
	weight := len(i.components)
	for _, condition := range []bool{i.whole, len(i.Tags) > 0, len(i.Variables) > 0, len(i.Mounts) > 0} {
		if condition {
			weight++
		}
	}
	return weight
}

// fits reports whether a container's image is one of these.
func (i *Image) fits(ref reference, container *document.Node) bool {
	return i.fitsRepository(ref.repository) &&
		(len(i.Tags) == 0 || matchesAny(i.Tags, ref.tag)) &&
		(len(i.Variables) == 0 || setsAny(container, i.Variables)) &&
		(len(i.Mounts) == 0 || mountsAny(container, i.Mounts))
}

// fitsRepository compares components from the last one on, which sorts most images
// out at once.
func (i *Image) fitsRepository(repository string) bool {
	for at := len(i.components) - 1; at >= 0; at-- {
		if repository == "" {
			return false
		}
		slash := strings.LastIndexByte(repository, '/')
		if !matches(i.components[at], repository[slash+1:]) {
			return false
		}
		repository = repository[:max(slash, 0)]
	}
	return !i.whole || repository == ""
}

// matches compares text with a pattern that has been checked before.
func matches(pattern, text string) bool {
	if !strings.ContainsAny(pattern, `*?[\`) {
		return pattern == text
	}
	ok, _ := path.Match(pattern, text)
	return ok
}

func matchesAny(patterns []string, text string) bool {
	for _, pattern := range patterns {
		if matches(pattern, text) {
			return true
		}
	}
	return false
}

func setsAny(container *document.Node, names []string) bool {
	for _, entry := range container.Get("env").Items() {
		name := entry.Get("name").Text()
		for _, wanted := range names {
			if name == wanted {
				return true
			}
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
