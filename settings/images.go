package settings

import (
	"strings"
	"time"
)

// Images are the images of what Sluice adds to pods.
type Images struct {
	// Registry takes the place of the registry of each image, as a mirror does: a host, with a
	// port and a path if need be.
	Registry string `json:"registry,omitempty"`
	// PullSecrets are the names of Secrets with which the images are pulled. A pod that gets one of
	// the images gets these too; they have to be in its namespace.
	PullSecrets []string `json:"pullSecrets,omitempty"`
	// Wait is the image with the program /sluice-wait, by a digest or by a tag that does not move.
	// Without it init-ordering adds nothing.
	Wait string `json:"wait,omitempty"`
}

// InitOrdering is how pods wait for what they depend on.
type InitOrdering struct {
	// Timeout is how long an application is held back, as in 90s or 3m. Then it starts all the same.
	Timeout time.Duration `json:"timeout"`
}

// defaultTimeout is as long as three time-outs of a broker that finds no quorum, and
// shorter than the patience of whoever watches a roll-out.
const defaultTimeout = 3 * time.Minute

// The forms of the texts in the settings, as regular expressions.
const (
	// TimeoutPattern takes hours, minutes and seconds.
	TimeoutPattern = `^([1-9][0-9]{0,3}h)?([1-9][0-9]{0,3}m)?([1-9][0-9]{0,3}s)?$`
	// ImagePattern takes a reference that is pinned, but for the tag latest.
	ImagePattern = `^[A-Za-z0-9][A-Za-z0-9._/-]*(:[0-9]+/[A-Za-z0-9._/-]+)?(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?@sha256:[0-9a-f]{64})$`
	// RegistryPattern takes a host, a port and a path.
	RegistryPattern = `^[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)*$`
	// NamePattern takes the name of an object.
	NamePattern = `^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`
)

// movingTag is what no pinned image ends with.
const movingTag = ":latest"

// From returns an image's reference with the registry in place of its own.
func (i *Images) From(image string) string {
	if i.Registry == "" {
		return image
	}
	// A registry's host has a dot or a port, or is localhost; anything else in front is a
	// part of the repository.
	if first, rest, ok := strings.Cut(image, "/"); ok && (strings.ContainsAny(first, ".:") || first == "localhost") {
		image = rest
	}
	return i.Registry + "/" + image
}
