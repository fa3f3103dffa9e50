package webhook

import (
	"fmt"
	"slices"

	"github.com/sluice-dev/sluice/document"
)

// The paths of the two handlers.
const (
	MutatePath   = "/mutate"
	ValidatePath = "/validate"
)

// systemNamespaces are never touched, not even when a webhook configuration lets
// them through: a cluster whose own pods cannot start cannot be repaired.
var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

// mirrorAnnotation marks the API server's image of a static pod. The kubelet runs
// the file on its disk, whatever is changed in the image, and refuses an image that
// differs.
const mirrorAnnotation = "kubernetes.io/config.mirror"

// The operations that there are reviews for.
const (
	create = "CREATE"
	update = "UPDATE"
)

// outside says why a review is not Sluice's to answer, before anything of its object
// is read. ok is false for one that is.
func (a *Admission) outside(r *review, handled bool) (response Response, ok bool) {
	switch {
	case !handled:
		return Allowed(Unhandled, "not reviewed: "+clip(r.what())), true
	case slices.Contains(a.exempt, r.namespace):
		return Allowed(Exempt, "not reviewed: Sluice leaves the namespace "+r.namespace+" alone"), true
	case r.object.At("metadata", "annotations", mirrorAnnotation) != nil:
		return Allowed(Exempt, "not reviewed: the image of a static pod"), true
	}
	return Response{}, false
}

// isPod reports whether the review is of a pod that is being created.
func (r *review) isPod() bool {
	return r.operation == create && r.subresource == "" && r.group == "" && r.kind == "Pod"
}

// template returns the row of the kind that holds a pod template, when the review is
// of one that is created or changed.
func (r *review) template() (template, bool) {
	if r.subresource != "" || r.operation != create && r.operation != update {
		return template{}, false
	}
	i := slices.IndexFunc(templates, func(t template) bool { return t.group == r.group && t.kind == r.kind })
	if i < 0 {
		return template{}, false
	}
	return templates[i], true
}

// unchanged reports whether an update leaves the pod template as it was.
func (r *review) unchanged(t template) bool {
	return r.operation == update && document.Equal(r.object.At(t.path...), r.oldObject.At(t.path...))
}

// objectOf returns the object of a review that has to have one.
func (r *review) objectOf() (*document.Node, error) {
	if r.object == nil || r.object.Kind != document.Mapping {
		return nil, fmt.Errorf("request.object of a %s is missing", r.what())
	}
	return r.object, nil
}
