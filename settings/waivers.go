package settings

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/sluice-dev/sluice/waivers"
)

// waivers reads which findings are hidden.
func (r *reader) waivers(n *yaml.Node, into *[]waivers.Waiver) {
	read, wrong := waivers.Read(resolve(n), true, func(rule string) bool {
		return r.names.Rules != nil && slices.Contains(r.names.Rules(), rule)
	})
	*into = read
	for _, problem := range wrong {
		r.fail(problem.Line, problem.Column, "%v", problem)
	}
}
