package policies

import (
	"slices"

	"github.com/sluice-dev/sluice/workload"
)

// processTable is the fact table of processes. A new fact is a new row in one of its
// parts, which stand beside the functions of their subject.
func processTable() []of[*process] {
	return slices.Concat(processFacts, meshFacts, proxyFacts, portFacts, quorumFacts, identityFacts, listenerFacts, containerFacts, javaFacts, transportFacts, limitFacts, zooKeeperFacts)
}

// processFacts are the facts that say which process it is.
var processFacts = []of[*process]{
	{Definition{"subject", Text, roleNames(),
		"the role of the process; a KRaft node that is both is a broker"},
		(*process).subject, (*process).container},
	{Definition{"container", Text, nil,
		"the name of the container that runs the process"},
		(*process).containerName, (*process).container},
}

// roleNames lists the roles as the fact "subject" spells them.
func roleNames() []string {
	var names []string
	for _, role := range workload.Roles() {
		names = append(names, string(role))
	}
	return names
}
