package surroundings

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/sluice-dev/sluice/document"
)

// Inbound is a port of a pod to which others connect.
type Inbound struct {
	// Namespace and Labels are those of the pod.
	Namespace string
	Labels    *document.Node
	// Port is the pod's own, to which a port of a Service leads.
	Port int
}

// PeerTLS is what a port asks of those who connect to it.
type PeerTLS struct {
	// Mode is STRICT, PERMISSIVE or DISABLE.
	Mode string
	// Policy is the PeerAuthentication that says so, and Node where; none for the mesh's
	// default.
	Policy Object
	Node   *document.Node
}

// PeerMode returns what the PeerAuthentications of a mesh demand on a port. Absent means
// that there is none that decides, so that the port takes both mTLS and plaintext.
//
// Istio takes the policy that selects the pod, then that of the namespace, then that of
// the root namespace; of several that count alike it takes the oldest
// (ComposePeerAuthentication in pilot/pkg/security/authn).
func PeerMode(ctx context.Context, around Surroundings, in Inbound) (PeerTLS, Knowledge) {
	own, complete := around.Objects(ctx, PeerAuthentication, in.Namespace)
	var levels [3][]Object // of the pod, the namespace and the mesh
	root := around.RootNamespace()
	for _, policy := range own {
		switch selector := policy.Root.At("spec", "selector", "matchLabels"); {
		case len(selector.Entries()) > 0:
			if hasLabels(in.Labels, selector) {
				levels[0] = append(levels[0], policy)
			}
		case in.Namespace == root:
			levels[2] = append(levels[2], policy)
		default:
			levels[1] = append(levels[1], policy)
		}
	}
	if in.Namespace != root {
		all, known := around.Objects(ctx, PeerAuthentication, root)
		complete = complete && known
		for _, policy := range all {
			if len(policy.Root.At("spec", "selector", "matchLabels").Entries()) == 0 {
				levels[2] = append(levels[2], policy)
			}
		}
	}
	port := strconv.Itoa(in.Port)
	for i, policies := range levels {
		for _, path := range [][]string{{"spec", "portLevelMtls", port, "mode"}, {"spec", "mtls", "mode"}} {
			if i > 0 && path[1] == "portLevelMtls" {
				continue // only a policy for certain pods can say something of a port
			}
			found, known := decide(policies, path)
			if known != Absent {
				return found, known
			}
		}
	}
	if !complete || root == "" {
		return PeerTLS{}, Unknown
	}
	return PeerTLS{Mode: "PERMISSIVE"}, Absent
}

// decide finds what the oldest of the policies says. It is unknown where several
// disagree and do not all tell their age.
func decide(policies []Object, path []string) (PeerTLS, Knowledge) {
	if len(policies) == 0 {
		return PeerTLS{}, Absent
	}
	oldest := slices.MinFunc(policies, func(a, b Object) int { return cmp.Compare(age(a), age(b)) })
	node := oldest.Root.At(path...)
	if age(oldest) == "" && slices.ContainsFunc(policies, func(other Object) bool { return other.Root.At(path...).Text() != node.Text() }) {
		return PeerTLS{}, Unknown
	}
	if mode := node.Text(); mode != "" && mode != "UNSET" {
		return PeerTLS{mode, oldest, node}, Found
	}
	return PeerTLS{}, Absent
}

// age is when an object was created, in a form that can be compared; empty for one that
// is not in a cluster yet.
func age(object Object) string { return object.Root.At("metadata", "creationTimestamp").Text() }

// hasLabels reports whether a pod has all of the labels.
func hasLabels(labels, wanted *document.Node) bool {
	return !slices.ContainsFunc(wanted.Entries(), func(label *document.Node) bool {
		return labels.Get(label.Key).Text() != label.Text()
	})
}
