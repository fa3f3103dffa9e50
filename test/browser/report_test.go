package browser

import (
	"strings"

	"github.com/sluice-dev/sluice/audit"
	"github.com/sluice-dev/sluice/verdict"
)

// hostile is what a person could call an object, or a message could quote.
const hostile = `<script>document.title = "taken"</script><img src="http://127.0.0.1:9/x" onerror="document.title='taken'">`

// sample is an audit with everything that a page can show.
func sample() *audit.Report {
	long := strings.Repeat("a-broker-with-a-long-name-", 8) + "0"
	pod := func(name string) audit.Pod {
		return audit.Pod{
			Object: verdict.Object{APIVersion: "v1", Kind: "Pod", Namespace: "events", Name: name},
			Owner:  "StatefulSet zookeeper", Runs: []string{"zookeeper (bitnami-zookeeper)"}, Sidecar: "native",
			Summary: "hold-application/set quorum-listen/flipped service-links/disabled",
		}
	}
	well, unseen, found, odd := pod("zookeeper-0"), pod("zookeeper-1"), pod(long), pod("zookeeper-2")
	unseen.Summary, unseen.Sidecar = "", "none"
	unseen.Problems = []audit.Problem{
		{Code: "audit/not-injected", Severity: verdict.Error, Message: "the namespace asks for a sidecar, and this pod has none: it was created while Istio's injector was away; restart it"},
		{Code: "audit/not-seen", Severity: verdict.Warning, Message: "Sluice did not see this pod when it was created; restart it"},
	}
	found.Findings = []verdict.Finding{{
		Rule: "security/heap-exceeds-memory-limit", Severity: verdict.Error, Path: "spec.containers[0].env[" + strings.Repeat("1", 60) + "].value",
		Message: "the heap of 4 GiB does not fit into the container's memory limit of 2 GiB, so that the kernel will end it",
	}, {Rule: "mesh/host-port", Severity: verdict.Info, Path: "spec.containers[0].ports[0].hostPort", Message: "the host's port goes past the proxy"}}
	odd.Problems = []audit.Problem{{Code: "audit/not-sent", Severity: verdict.Warning, Message: hostile}}
	return &audit.Report{
		Cluster: "https://127.0.0.1:6443", Meshes: []audit.Mesh{{Revision: "default", Version: "1.31.1"}},
		Namespaces: []audit.Namespace{{Name: "events", Mesh: "sidecar (istio-injection=enabled)", Mode: "enforce", Pods: 4}},
		Pods:       []audit.Pod{found, well, unseen, odd},
		Webhooks: []audit.Webhook{
			{Configuration: "aa-sluice", Name: "mutate.sluice.dev", Kind: "mutating", TimeoutSeconds: 2, FailurePolicy: "Ignore", Ours: true},
			{Configuration: "istio-sidecar-injector", Name: "rev.namespace.sidecar-injector.istio.io", Kind: "mutating", TimeoutSeconds: 10, FailurePolicy: "Fail"},
		},
		Problems: []audit.Problem{{Code: "audit/time-outs", Severity: verdict.Warning, Message: "together these webhooks may take 44 seconds, and the API server gives up after 34"}},
	}
}
