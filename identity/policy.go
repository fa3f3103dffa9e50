package identity

import (
	_ "embed"
	"strings"
)

//go:embed policy.yaml
var policy string

// Policy returns a ValidatingAdmissionPolicy and its binding, as YAML. It keeps pods that
// run from losing the label by which their proxy writes its header, and filters from
// being changed in place. The broker is safe without it, for it refuses whoever comes
// without a header: the policy keeps it available.
func Policy() string { return strings.TrimSuffix(policy, "\n") + "\n" }
